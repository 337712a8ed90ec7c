"""One harness for libraries that really run: for the demo, the tests, storms and benchmarks.

`processes` starts servers and ends them, `setting_up` prepares a home, `asked_library` asks a library over
HTTP as its people do. A library runs in two ways: `served_library` has it in processes of its own, as
`muhr serve` does, and `running_library` in threads of this process, where its parts can be stopped singly.
"""
