//! The files that take what is found: those that were asked for, or, until the turn of a share comes, others in the
//! scratch folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Seek, Write};
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::{Context, Result};

use crate::arguments::History;
use crate::failure::Failure;
use crate::history::plan::Plan;

/// How many bytes wait until they are written together.
const TOGETHER: usize = 1 << 16;

/// One file for each kind of result.
pub struct Outlets {
    /// The records, one a line.
    pub records: BufWriter<File>,
    /// The sums of the files in the commits' folders, if they are wanted.
    pub sums: Option<BufWriter<File>>,
    /// Git's own text of the patches, if it is wanted.
    pub patches: Option<BufWriter<File>>,
}

impl Outlets {
    /// Stdout, and the files that the task names.
    pub fn asked_for(task: &History) -> Result<Self> {
        let create = |path: &Option<_>| path.as_deref().map(create).transpose();
        let (sums, patches) = (create(&task.sums)?, create(&task.patches)?);
        let stdout = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Self { records: buffered(stdout.into()), sums, patches })
    }

    /// Files for a share whose turn has not come; they have no name, so that none can stay behind.
    pub fn spool(plan: &Plan, share: usize) -> Result<Self> {
        let nameless = |name: &str| nameless(&plan.spool(name, share));
        Ok(Self {
            records: nameless("records")?,
            sums: plan.contents.summed.then(|| nameless("sums")).transpose()?,
            patches: plan.packed.then(|| nameless("patches")).transpose()?,
        })
    }

    /// Takes what waited in others.
    pub fn append(&mut self, spooled: Self) -> io::Result<()> {
        append(&mut self.records, spooled.records)?;
        for (to, from) in [(&mut self.sums, spooled.sums), (&mut self.patches, spooled.patches)] {
            to.as_mut().zip(from).map_or(Ok(()), |(to, from)| append(to, from))?;
        }
        Ok(())
    }

    /// Whether so many records wait that the next one could push them out.
    pub fn is_filled(&self) -> bool {
        self.records.buffer().len() > TOGETHER / 2
    }

    /// Writes down what is kept back; the records last, since they say that the rest is there.
    pub fn flush(&mut self) -> io::Result<()> {
        for outlet in [&mut self.sums, &mut self.patches].into_iter().flatten() {
            outlet.flush()?;
        }
        self.records.flush()
    }
}

fn buffered(file: File) -> BufWriter<File> {
    BufWriter::with_capacity(TOGETHER, file)
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    File::create(path).map(buffered).map_err(|error| {
        Failure::usage(
            format!("cannot write to `{}`: {error}", path.display()),
            "Give --sums and --patches files in a folder that is there and can be written to.",
        )
    })
}

fn nameless(path: &Path) -> Result<BufWriter<File>> {
    let made = File::options().read(true).write(true).create_new(true).open(path);
    let file = made.with_context(|| format!("cannot write {}", path.display()))?;
    fs::remove_file(path)?;
    Ok(buffered(file))
}

fn append(to: &mut BufWriter<File>, from: BufWriter<File>) -> io::Result<()> {
    let mut spooled = from.into_inner().map_err(IntoInnerError::into_error)?;
    spooled.rewind()?;
    to.flush()?;
    io::copy(&mut spooled, to.get_mut())?;
    Ok(())
}
