//! How git shall find the line of the definition above a hunk, for languages whose functions are indented.
//!
//! Git's own rule (a line that begins with a letter, `_` or `$`) is right for C, Go and plain JavaScript, and free.
//! Elsewhere methods would hide behind the line of their class. The patterns are our own, so that the bytes of a patch
//! do not depend on the version of git; they are short, because git compiles them again for each file.

/// A diff driver: the endings of the names it is for, and the extended regular expression of its lines.
struct Driver {
    name: &'static str,
    endings: &'static [&'static str],
    pattern: &'static str,
}

/// Lines that begin with `!` take away what the last one would find; no pattern has a group, since git would show
/// only what is in it.
const DRIVERS: &[Driver] = &[
    Driver { name: "rust", endings: &["rs"], pattern: "^[a-z].*|^ .*fn .*" },
    Driver {
        name: "python",
        endings: &["py", "pyi", "pyw", "pyx"],
        pattern: "^ *def .*|^ *async def .*|^[A-Za-z@].*",
    },
    Driver {
        name: "java",
        endings: &["java", "cs"],
        pattern: "!^[ \t]+(return|throw|new|case|assert|yield|else|await)[ \t]\\n\
            ^[A-Za-z@].*|^[ \t]+[A-Za-z@<][^=;.(]* [A-Za-z0-9_]+[(].*",
    },
    Driver {
        name: "typescript",
        endings: &["ts", "mts", "cts", "tsx"],
        pattern: "!^[ \t]+(if|for|while|switch|catch|return|else|do|function|await|new|throw)[ \t(]\\n\
            ^[A-Za-z_$].*|^[ \t]+[A-Za-z_$#][^=;.(]*[(][^=(]*[{]$",
    },
    Driver {
        name: "ruby",
        endings: &["rb", "rake"],
        pattern: "^ *def .*|^[A-Za-z].*|^ +class .*|^ +module .*",
    },
];

/// The lines of an attributes file that assign the drivers.
#[must_use]
pub fn attributes() -> String {
    let mut lines = String::new();
    for Driver { name, endings, .. } in DRIVERS {
        for ending in *endings {
            lines += &format!("*.{ending} diff={name}\n");
        }
    }
    lines
}

/// The sections of a configuration file that define the drivers.
#[must_use]
pub fn config() -> String {
    let mut sections = String::new();
    for Driver { name, pattern, .. } in DRIVERS {
        sections += &format!("[diff \"{name}\"]\n\txfuncname = \"{pattern}\"\n");
    }
    sections
}
