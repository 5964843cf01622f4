"""A command and control system of ours, to try the interface with: it asks (`consumer`), is sent (`receiver`), and can be told to miss
a day, repeat, lie and flood. No Django in it: it stands on the other side."""
