//! `overheard explain`.

use std::io::BufReader;

use anyhow::Context;
use overheard_diary::{ExplainError, NAME, explain as tell, read};

use crate::args::ExplainArguments;
use crate::commands::Code;
use crate::fault::hinted;
use crate::runs;
use crate::stdout::print;

/// Prints one person's month.
pub fn explain(arguments: &ExplainArguments) -> anyhow::Result<Code> {
    let path = runs::alone(&arguments.run, "no person of its points is traced")?.join(NAME);
    let file = fs_err::File::open(&path)?;
    let records = read(BufReader::new(file)).with_context(|| path.display().to_string())?;
    match tell(&records, arguments.person.as_deref()) {
        Ok(text) => print(&text)?,
        Err(error @ ExplainError::Nobody) => {
            return Err(hinted(
                error.to_string(),
                "run it with --set trace.people=4, for example",
            ));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Code::Done)
}
