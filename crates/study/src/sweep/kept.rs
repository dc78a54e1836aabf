//! The points of a sweep that are done, read back from its journal.

use overheard_engine::run::Journal;

use super::record::{self, Beside, Row};
use crate::plan::Plan;

/// A sweep's plan and what is kept of its points.
pub struct Kept<'a> {
    /// What was asked.
    pub plan: &'a Plan,
    /// What was answered.
    pub journal: &'a mut Journal,
}

impl Kept<'_> {
    /// The rows of a point, if it is done.
    pub fn rows(&mut self, point: usize) -> std::io::Result<Option<Vec<Row>>> {
        if !self.journal.has(point as u32) {
            return Ok(None);
        }
        let bytes = self.journal.kept(point as u32)?;
        let settings = self.plan.settings(&self.plan.points[point]);
        Ok(record::decode(&settings, &bytes))
    }

    /// What is known of a point beside its rows, if it is done.
    pub fn beside(&mut self, point: usize) -> std::io::Result<Option<Beside>> {
        if !self.journal.has(point as u32) {
            return Ok(None);
        }
        let bytes = self.journal.kept(point as u32)?;
        let settings = self.plan.settings(&self.plan.points[point]);
        Ok(record::beside(&settings, &bytes))
    }

    /// Whether two points are done and have the same rows, to the last bit.
    pub fn same(&mut self, one: usize, other: usize) -> std::io::Result<bool> {
        let both = [one, other].map(|point| point as u32);
        if !both.iter().all(|point| self.journal.has(*point)) {
            return Ok(false);
        }
        let [one, other] = both.map(|point| self.journal.kept(point));
        Ok(record::table(&one?) == record::table(&other?))
    }

    /// Whether a point need not be run again: it is there, and it is this one.
    pub fn has(&mut self, point: usize) -> std::io::Result<bool> {
        Ok(self.rows(point)?.is_some())
    }

    /// Calls `take` with the rows of every point that is done, in their order; one point is in memory at a time.
    pub fn each(
        &mut self,
        mut take: impl FnMut(usize, Vec<Row>) -> Result<(), csv::Error>,
    ) -> Result<(), csv::Error> {
        for point in 0..self.plan.points.len() {
            if let Some(rows) = self.rows(point)? {
                take(point, rows)?;
            }
        }
        Ok(())
    }
}
