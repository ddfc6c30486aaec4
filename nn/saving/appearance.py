"""What does a file look like that is not what was expected?"""

from __future__ import annotations

# How files of each kind begin.
_BEGINNINGS = {
    **dict.fromkeys(
        (b"\x80\2", b"\x80\3", b"\x80\4", b"\x80\5"),
        "a pickle, which could run any program: load it where it was made, and save arrays",
    ),
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, such as Keras writes: read it with h5py",
    b"\x93NUMPY": "a single array of np.save: read it with np.load",
    b"\x1f\x8b": "a file packed with gzip",
    b"PK": "a zip archive, as .npz files are",
}


def looks_like(head: bytes) -> str:
    """Return what a file seems to be, as the end of a sentence.

    Args:
        head: its first bytes, 16 or more.

    >>> from nn.saving.appearance import looks_like
    >>> looks_like(b""), looks_like(b"epoch,loss")
    ('it is empty', 'it looks like text')
    """
    if not head:
        return "it is empty"
    if head[8:10] == b'{"':  # after the length of the header
        return "it looks like a file of safetensors: give it the ending .safetensors"
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return f"it looks like {kind}"
    if head.isascii() and all(byte >= 32 or byte in b"\t\n\r" for byte in head):
        return "it looks like text"
    return "it looks like no kind of file that is known here"
