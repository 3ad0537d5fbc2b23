//! Fills calls in from the PBX's own log after a lost link (AMI.md §6).
