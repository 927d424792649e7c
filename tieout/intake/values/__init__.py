"""What stands in a cell, understood: exact numbers, dates, identifiers, words.

Each reader takes a cell and how its column is written, and returns a value, None for a blank
cell, or raises an error that says what is wrong and how to put it right.
"""
