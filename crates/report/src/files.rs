//! The files of charts: pictures, and their numbers.

use std::path::{Path, PathBuf};

use overheard_charts::{Chart, Look, Theme, WIDTH};
use rayon::prelude::*;

use crate::error::ReportError;
use crate::{data, write};

/// What a file of a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines and text, with the font inside.
    Svg,
    /// Pixels.
    Png,
    /// The numbers that are shown.
    Csv,
}

/// The files that a run has of each chart.
pub(crate) const OF_A_RUN: [Format; 3] = [Format::Svg, Format::Png, Format::Csv];

impl Format {
    const fn ending(self) -> &'static str {
        match self {
            Format::Svg => "svg",
            Format::Png => "png",
            Format::Csv => "csv",
        }
    }

    fn bytes(self, chart: &Chart, look: Look) -> Result<Vec<u8>, ReportError> {
        Ok(match self {
            Format::Svg => chart.svg(look)?.into_bytes(),
            Format::Png => chart.png(look)?,
            Format::Csv => data::csv(chart)?,
        })
    }
}

/// What follows a chart's name in a file that looks otherwise than a run's own, which it must not take the place of.
fn marked(look: Look) -> String {
    let mut mark = String::new();
    if look.theme == Theme::Dark {
        mark.push_str("-dark");
    }
    if look.width != WIDTH {
        mark.push_str(&format!("-{}px", look.width));
    }
    mark
}

/// Does what is to be done on so many threads.
pub(crate) fn on_threads<T: Send>(
    threads: u64,
    work: impl FnOnce() -> Result<T, ReportError> + Send,
) -> Result<T, ReportError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1) as usize);
    pool.build()?.install(work)
}

/// Draws and writes files of charts into a folder of a run, on all threads that there are; gives their paths.
pub(crate) fn save(
    folder: &Path,
    drawn: &[(String, Chart)],
    (formats, look): (&[Format], Look),
) -> Result<Vec<PathBuf>, ReportError> {
    let charts = folder.join("charts");
    fs_err::create_dir_all(&charts)?;
    let mark = marked(look);
    let file = |(name, chart): &(String, Chart), format: &Format| {
        let path = charts.join(format!("{name}{mark}.{}", format.ending()));
        write::unsynced(&path, &format.bytes(chart, look)?)?;
        Ok(path)
    };
    let files = drawn
        .par_iter()
        .flat_map(|chart| formats.par_iter().map(move |format| (chart, format)));
    let written = files.map(|(chart, format)| file(chart, format));
    let written = written.collect::<Result<_, ReportError>>()?;
    write::sync(&charts)?;
    Ok(written)
}
