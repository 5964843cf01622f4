"""The benchmarks. Each is `make bench-NAME`, prints every figure with its target, and exits 1 where one falls short."""
