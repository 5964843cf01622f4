"""Partners' own search engines, asked at the same time as Sentinel: Genie's and Enterprise's place."""
