//! Arguments, one call.

use std::process::ExitCode;

fn main() -> ExitCode {
    ringdesk::cli::main()
}
