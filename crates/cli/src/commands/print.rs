//! The commands that print what the program knows of itself.

use clap::CommandFactory;
use overheard_scenario::{knobs_markdown, knobs_table, schema as scenario_schema};

use crate::args::{Arguments, KnobsArguments, built};
use crate::commands::Code;
use crate::stdout::print;

/// `overheard schema`: the JSON Schema of scenario files.
pub fn schema() -> anyhow::Result<Code> {
    print(&format!(
        "{}\n",
        serde_json::to_string_pretty(&scenario_schema())?
    ))?;
    Ok(Code::Done)
}

/// `overheard knobs`: the reference of all knobs.
pub fn knobs(arguments: &KnobsArguments) -> anyhow::Result<Code> {
    print(&if arguments.markdown {
        knobs_markdown()
    } else {
        knobs_table()
    })?;
    Ok(Code::Done)
}

/// `overheard completions`: a script for a shell.
pub fn completions(shell: clap_complete::Shell) -> anyhow::Result<Code> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "overheard", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Code::Done)
}

/// `overheard man`: the manual page, of all or of one command.
pub fn man(command: Option<&str>) -> anyhow::Result<Code> {
    let all = built();
    let own = command.and_then(|name| all.find_subcommand(name)).cloned();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(own.unwrap_or(all));
    let source = concat!("overheard ", env!("CARGO_PKG_VERSION"));
    man.source(source).render(&mut page)?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(Code::Done)
}
