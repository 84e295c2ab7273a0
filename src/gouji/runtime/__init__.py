"""Nothing of the domain: errors, worker processes, files written aside, zips from outside, strict decoding."""
