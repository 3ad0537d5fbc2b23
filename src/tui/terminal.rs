//! The terminal itself: what is written to it, what it answers, what is typed.
//!
//! All of it but [`tty`] is without input and output of its own: bytes go in, bytes come out, time is an argument.
