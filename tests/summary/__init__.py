"""The finished record, held against slow models written straight from the descriptions."""
