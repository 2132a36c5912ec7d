//! Expected failures: what went wrong, the way out, and the exit code that goes with it.

use std::process::ExitCode;

use thiserror::Error;

/// Which side has to change something; each kind has its exit code from sysexits(3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The call is wrong: 64.
    Usage,
    /// What was given is wrong (ids, a patch, a repository): 65.
    Data,
    /// Anything else: 70.
    Other,
}

impl From<Kind> for ExitCode {
    fn from(kind: Kind) -> Self {
        Self::from(match kind {
            Kind::Usage => 64,
            Kind::Data => 65,
            Kind::Other => 70,
        })
    }
}

/// A failure in words: the place and the reason, then what to do about it.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct Failure {
    /// Which side has to change something.
    pub kind: Kind,
    /// The place and the reason, one sentence.
    pub message: String,
    /// What to do now, one sentence.
    pub way_out: String,
}

impl Failure {
    /// The call is wrong.
    pub fn usage(message: impl Into<String>, way_out: impl Into<String>) -> anyhow::Error {
        Self { kind: Kind::Usage, message: message.into(), way_out: way_out.into() }.into()
    }

    /// What was given is wrong.
    pub fn data(message: impl Into<String>, way_out: impl Into<String>) -> anyhow::Error {
        Self { kind: Kind::Data, message: message.into(), way_out: way_out.into() }.into()
    }

    /// Something else stands in the way.
    pub fn other(message: impl Into<String>, way_out: impl Into<String>) -> anyhow::Error {
        Self { kind: Kind::Other, message: message.into(), way_out: way_out.into() }.into()
    }
}
