"""The answers and organisations, one record a file, and the code that loads them into SQL."""
