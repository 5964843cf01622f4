"""Street-level files of data.police.uk: historic incidents with month, anonymised point, area and category.

The points are anonymised, ASB rows have no id, and two equal rows are two incidents (docs of the publisher).
"""

from sentinel.interfaces.police_uk.load import import_files

__all__ = ["import_files"]
