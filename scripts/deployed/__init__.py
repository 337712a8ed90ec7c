"""The units of docs/service under a systemd, and its image in Podman, by the commands of docs/operations.md.

Needs root. Nothing listens beyond loopback, and all that is made is below build/deployed.
"""
