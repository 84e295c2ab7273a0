"""What several benchmarks share: invented texts, returns, workspaces, the build before, and the meter."""
