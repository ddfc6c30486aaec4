"""What is said when data is not there?"""

from autograd import AutogradError


class DataMissing(AutogradError, FileNotFoundError):
    """Data that does not come with the library, was not found, and could or should not be fetched."""
