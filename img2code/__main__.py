"""Makes `python -m img2code` the same as `img2code`."""

import sys

from img2code.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
