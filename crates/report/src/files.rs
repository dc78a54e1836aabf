//! The files of charts: pictures, and their numbers.

use std::path::{Path, PathBuf};

use overheard_charts::Chart;
use rayon::prelude::*;

use crate::error::ReportError;
use crate::{data, write};

/// Draws and writes the files of charts into a folder of a run, on so many threads; gives their paths.
pub fn save<N: AsRef<str> + Sync>(
    folder: &Path,
    threads: u64,
    drawn: &[(N, Chart)],
) -> Result<Vec<PathBuf>, ReportError> {
    let charts = folder.join("charts");
    fs_err::create_dir_all(&charts)?;
    let files = |(name, chart): &(N, Chart)| {
        let file = |end: &str| charts.join(format!("{}.{end}", name.as_ref()));
        let [svg, png, csv] = ["svg", "png", "csv"].map(file);
        write::atomically(&svg, chart.svg()?.as_bytes())?;
        write::atomically(&png, &chart.png()?)?;
        write::atomically(&csv, &data::csv(chart)?)?;
        Ok([svg, png, csv])
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1) as usize);
    pool.build()?
        .install(|| drawn.par_iter().map(files).collect::<Result<Vec<_>, _>>())
        .map(|files: Vec<[PathBuf; 3]>| files.into_iter().flatten().collect())
}
