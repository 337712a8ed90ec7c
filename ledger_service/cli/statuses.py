"""With what status a command ends that gives no answer; those of answers stand in cli/output."""

UNFORESEEN = 70  # a fault of ours: EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # a person stopped it, or said no
BROKEN_PIPE = 141  # as a shell tells of a program that SIGPIPE ended
