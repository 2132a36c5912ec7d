//! What happens when somebody ends the program early: its git processes end with it, and its scratch folder goes.
//!
//! Signals come to a process as a whole, so this is the one place with state of the process as a whole.

use std::fs;
use std::io::{self, Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// How long the work has to come to its end by itself, once its git processes are gone; it may hang on a reader of
/// stdout that does not read.
const GRACE: Duration = Duration::from_millis(500);
/// How often somebody who waits for a process lets others at it.
const PAUSE: Duration = Duration::from_micros(200);

static STATE: Mutex<State> = Mutex::new(State { signal: None, children: Vec::new(), scratch: None });

struct State {
    signal: Option<i32>,
    children: Vec<Weak<Mutex<Child>>>,
    scratch: Option<PathBuf>,
}

/// From now on SIGINT and SIGTERM end the children first, and then the program, by that signal.
pub fn watch() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let (children, scratch) = end_children(signal);
            thread::sleep(GRACE);
            // What is left there does no harm, but the program has to end, and after its children.
            let _ = scratch.map(fs::remove_dir_all);
            for child in children {
                let _ = wait(&child);
            }
            let _ = emulate_default_handler(signal);
        }
    });
    Ok(())
}

/// For the end of the program: if a signal came, the program dies of it here.
pub fn die_of_signal() {
    let signal = lock(&STATE).signal;
    // It fails only for signals that end no program.
    let _ = signal.map(emulate_default_handler);
}

/// Names the folder that has to go when a signal comes and the work does not end by itself.
pub fn remember_scratch(folder: &Path) {
    lock(&STATE).scratch = Some(folder.to_owned());
}

/// Starts a process that ends with the program; after a signal none is started.
pub fn spawn(command: &mut Command) -> io::Result<Arc<Mutex<Child>>> {
    let mut state = lock(&STATE);
    if state.signal.is_some() {
        return Err(Error::new(ErrorKind::Interrupted, "a signal ended the program"));
    }
    let child = Arc::new(Mutex::new(command.spawn()?));
    state.children.retain(|each| each.strong_count() > 0);
    state.children.push(Arc::downgrade(&child));
    Ok(child)
}

/// Waits for the end of a process, which a signal may end meanwhile.
pub fn wait(child: &Mutex<Child>) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = lock(child).try_wait()? {
            return Ok(status);
        }
        thread::sleep(PAUSE);
    }
}

/// Locks, also after a panic elsewhere.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills all children, and gives them and the scratch folder that has to go.
fn end_children(signal: i32) -> (Vec<Arc<Mutex<Child>>>, Option<PathBuf>) {
    let mut state = lock(&STATE);
    state.signal = Some(signal);
    let children: Vec<_> = state.children.iter().filter_map(Weak::upgrade).collect();
    for child in &children {
        // It fails only when the process has ended already.
        let _ = lock(child).kill();
    }
    (children, state.scratch.take())
}
