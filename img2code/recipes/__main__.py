"""`python -m img2code.recipes --config RECIPE.yaml` is `img2code run RECIPE.yaml`."""

import sys

from img2code.cli.main import main

if __name__ == "__main__":
    given = ["" if argument == "--config" else argument for argument in sys.argv[1:]]
    sys.exit(main(["run", *filter(None, given)]))
