from sentinel.cli import main

main(prog_name="sentinel")
