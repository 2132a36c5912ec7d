//! The `rust_extractor` command.

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser;
use rust_extractor::arguments::Arguments;
use rust_extractor::failure::{Failure, Kind};
use rust_extractor::interruption;
use rust_extractor::visible::visible;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => {
            let wrong = answer.use_stderr();
            // Nobody is left to be told when the stream for the answer is closed.
            let _ = answer.print();
            return if wrong { Kind::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    let result = rust_extractor::run(arguments);
    interruption::die_of_signal();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has read enough, as with `| head -1`: that is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {}", visible(format!("{error:#}").as_bytes()));
    match error.downcast_ref::<Failure>() {
        Some(failure) => {
            eprintln!("{}", visible(failure.way_out.as_bytes()));
            failure.kind.into()
        }
        None => Kind::Other.into(),
    }
}
