"""`python -m operations` is what the `ops` script hands over to."""

from operations.cli import ops

if __name__ == "__main__":
    ops(prog_name="ops")
