//! Data for whoever reads stdout.

use std::io::{self, BufWriter, Write};

use anyhow::Context;

use crate::fault;

/// Data for stdout.
pub fn print(text: &str) -> anyhow::Result<()> {
    data(|out| Ok(out.write_all(text.as_bytes())?))
}

/// Data for stdout, written piece by piece. A reader who has seen enough is no error, and has no say in the exit code:
/// whatever a command found out, it found out before.
pub fn data(write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| Ok(out.flush()?));
    match written {
        Err(error) if fault::is_broken_pipe(&error) => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

/// A line of data that need not be text.
pub fn print_line(line: &[u8]) -> anyhow::Result<()> {
    data(|out| {
        out.write_all(line)?;
        Ok(out.write_all(b"\n")?)
    })
}
