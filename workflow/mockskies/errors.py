"""The one exception that users are meant to read."""


class InputError(Exception):
    """A file, setting or server answer that cannot be used.

    The message names the file or key, what was expected and what came.
    """
