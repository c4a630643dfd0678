"""What Weft costs, each figure beside something measured in the same run on the same machine: `make bench`."""
