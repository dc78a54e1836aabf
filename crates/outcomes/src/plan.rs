//! Which cells of a tally go into which rows.

use std::borrow::Cow;

use overheard_formats::{Column, Key};
use overheard_model::ids::{Age, App, Class, Market, Source, Surface};
use overheard_model::strata::Stratum;
use overheard_model::tally::{Dim, TABLES, TableId};

use crate::frame::Frame;
use crate::measures::{Cut, MEASURES, Measure, NONE, OTHER, Only, TOPICLESS, USER, Who, further};

/// All rows, and how each table feeds them.
#[derive(Debug)]
pub(crate) struct Plan {
    pub keys: Vec<Key>,
    pub only: Vec<Only>,
    pub parts: Vec<Part>,
}

/// One table summed down to some of its dimensions: the local rows. Shared by all cuts that keep the same ones.
#[derive(Debug)]
pub(crate) struct Part {
    pub table: TableId,
    keep: Vec<Column>,
    /// The member of a dimension that alone counts, if not all do.
    only: Option<(Column, &'static str)>,
    /// Local row of each cell of the table; [`NOWHERE`] if it does not count.
    local: Vec<u32>,
    pub rows: usize,
    /// Stratum dimensions kept, and the first row of the cut.
    cuts: Vec<(&'static [Who], usize)>,
}

/// No local row.
const NOWHERE: u32 = u32::MAX;

impl Part {
    /// The local row that a cell counts in, if it does.
    pub fn row(&self, cell: usize) -> Option<usize> {
        let row = self.local[cell];
        (row != NOWHERE).then_some(row as usize)
    }

    /// First rows, one per cut, of the local rows of one stratum.
    pub fn homes(&self, stratum: &Stratum) -> impl Iterator<Item = usize> {
        self.cuts.iter().map(|(who, first)| {
            let place = who
                .iter()
                .fold(0, |at, w| at * extent(*w) + member(*w, stratum));
            first + place * self.rows
        })
    }
}

fn extent(who: Who) -> usize {
    match who {
        Who::Market => Market::COUNT,
        Who::Age => Age::COUNT,
        Who::User => 2,
    }
}

fn member(who: Who, stratum: &Stratum) -> usize {
    match who {
        Who::Market => stratum.market.index(),
        Who::Age => stratum.age.index(),
        Who::User => usize::from(!stratum.assistant),
    }
}

/// Column and name of a member of a stratum dimension.
fn label(who: Who, member: usize) -> (Column, &'static str) {
    match who {
        Who::Market => (Column::Market, Market::ALL[member].name()),
        Who::Age => (Column::Age, Age::ALL[member].name()),
        Who::User => (Column::Bucket, if member == 0 { USER } else { OTHER }),
    }
}

fn column(dim: Dim) -> Column {
    match dim {
        Dim::Day => Column::Day,
        Dim::App => Column::App,
        Dim::Surface => Column::Surface,
        Dim::Category | Dim::Class => Column::Topic,
        Dim::Source => Column::Source,
        Dim::Bucket(_) => Column::Bucket,
    }
}

fn name(dim: Dim, member: usize, frame: &Frame) -> Cow<'static, str> {
    let known = match dim {
        Dim::Day => return frame.days[member].clone().into(),
        Dim::Category => return frame.categories[member].clone().into(),
        Dim::Bucket([.., ""]) => return format!("{member:02}").into(),
        Dim::App => App::ALL[member].name(),
        Dim::Surface => Surface::ALL[member].name(),
        Dim::Class => Class::ALL[member].name(),
        Dim::Source => Source::ALL[member].name(),
        Dim::Bucket(names) => names[member],
    };
    known.into()
}

impl Plan {
    /// Lays out the rows of every measure and cut.
    pub fn new(frame: &Frame) -> Self {
        let mut plan = Plan {
            keys: Vec::with_capacity(rows(frame)),
            only: Vec::new(),
            parts: Vec::new(),
        };
        each_cut(frame, |measure, table, cut, by_source| {
            plan.place(measure, table, cut, by_source, frame);
        });
        plan
    }

    /// Appends the rows of one cut, members of strata slowest.
    fn place(
        &mut self,
        measure: &Measure,
        table: TableId,
        &(who, columns): &Cut,
        by_source: bool,
        frame: &Frame,
    ) {
        let mut keep = columns.to_vec();
        if by_source {
            keep.push(Column::Source);
        }
        self.append(
            measure,
            who,
            (table, keep.clone(), None),
            Key::of(measure.entry.measure),
            frame,
        );
        // What has no topic follows the topics.
        let topicless = TOPICLESS.iter().find(|t| t.topics == table);
        if let (Some(none), true) = (topicless, columns.contains(&Column::Topic)) {
            keep.retain(|column| *column != Column::Topic);
            let key = Key::of(measure.entry.measure).with(Column::Topic, NONE);
            self.append(
                measure,
                who,
                (none.table, keep, Some(none.only)),
                key,
                frame,
            );
        }
    }

    /// Appends the rows of a part: the key with what the part keeps.
    fn append(
        &mut self,
        measure: &Measure,
        who: &'static [Who],
        (table, keep, only): (TableId, Vec<Column>, Option<(Column, &'static str)>),
        key: Key,
        frame: &Frame,
    ) {
        let first = self.keys.len();
        let part = self.part(table, keep, only, frame);
        part.cuts.push((who, first));
        let locals = local_keys(key, part, frame);
        let places = who.iter().map(|w| extent(*w)).product::<usize>();
        for place in 0..places {
            let (mut rest, mut labels) = (place, Vec::new());
            for w in who.iter().rev() {
                labels.push(label(*w, rest % extent(*w)));
                rest /= extent(*w);
            }
            for local in &locals {
                let key = labels
                    .iter()
                    .fold(local.clone(), |key, (c, name)| key.with(*c, *name));
                self.keys.push(key);
                self.only.push(measure.only);
            }
        }
    }

    fn part(
        &mut self,
        table: TableId,
        keep: Vec<Column>,
        only: Option<(Column, &'static str)>,
        frame: &Frame,
    ) -> &mut Part {
        let known = self
            .parts
            .iter()
            .position(|p| p.table == table && p.keep == keep && p.only == only);
        let at = known.unwrap_or_else(|| {
            let dims = TABLES[table as usize].dims;
            let (mut local, mut rows) = (vec![0u32], 1);
            for dim in dims {
                let members = frame.layout.extent(*dim) as u32;
                let kept = keep.contains(&column(*dim));
                let counts = |m: u32| {
                    only.is_none_or(|(column_of, member)| {
                        column_of != column(*dim) || name(*dim, m as usize, frame) == member
                    })
                };
                let step = |l: &u32, m: u32| match (*l != NOWHERE && counts(m), kept) {
                    (false, _) => NOWHERE,
                    (true, true) => l * members + m,
                    (true, false) => *l,
                };
                local = local
                    .iter()
                    .flat_map(|l| (0..members).map(move |m| step(l, m)))
                    .collect();
                rows *= if kept { members as usize } else { 1 };
            }
            self.parts.push(Part {
                table,
                keep,
                only,
                local,
                rows,
                cuts: Vec::new(),
            });
            self.parts.len() - 1
        });
        &mut self.parts[at]
    }
}

/// Goes through all cuts of all measures, in the order of their rows; tables with sources also by source.
fn each_cut(frame: &Frame, mut visit: impl FnMut(&Measure, TableId, &Cut, bool)) {
    let has_source = |table: TableId| TABLES[table as usize].dims.contains(&Dim::Source);
    let mut both = |measure: &Measure, table: TableId, cut: &Cut| {
        let (who, columns) = cut;
        let mut told: Vec<Column> = who.iter().map(|w| label(*w, 0).0).collect();
        told.extend_from_slice(columns);
        if frame.detail.wants(measure.entry.measure, &told) {
            visit(measure, table, cut, false);
        }
        told.push(Column::Source);
        if has_source(table) && frame.detail.wants(measure.entry.measure, &told) {
            visit(measure, table, cut, true);
        }
    };
    for measure in MEASURES {
        for &(table, cuts) in measure.tables {
            for cut in cuts {
                both(measure, table, cut);
            }
        }
        for (table, cut) in frame.cuts.iter().flat_map(|cut| further(measure, *cut)) {
            both(measure, table, &cut);
        }
    }
}

/// How many rows an arm has at most before what is derived from them. Nothing is laid out for it.
pub fn rows(frame: &Frame) -> usize {
    let mut rows = 0;
    each_cut(frame, |_, table, (who, columns), by_source| {
        let inside = |table: TableId, keeps: &dyn Fn(Column) -> bool| -> usize {
            let kept = TABLES[table as usize].dims.iter().filter(|dim| {
                let column = column(**dim);
                keeps(column) || (by_source && column == Column::Source)
            });
            kept.map(|dim| frame.layout.extent(*dim)).product()
        };
        let mut each = inside(table, &|column| columns.contains(&column));
        // What has no topic follows the topics.
        let topicless = TOPICLESS.iter().find(|t| t.topics == table);
        if let (Some(none), true) = (topicless, columns.contains(&Column::Topic)) {
            each += inside(none.table, &|column| {
                column != Column::Topic && columns.contains(&column)
            });
        }
        rows += who.iter().map(|w| extent(*w)).product::<usize>() * each;
    });
    rows
}

/// Keys of the local rows, in order.
fn local_keys(key: Key, part: &Part, frame: &Frame) -> Vec<Key> {
    let mut keys = vec![key];
    for dim in TABLES[part.table as usize].dims {
        if part.keep.contains(&column(*dim)) {
            let members = frame.layout.extent(*dim);
            keys = keys
                .iter()
                .flat_map(|key| {
                    (0..members).map(|m| key.clone().with(column(*dim), name(*dim, m, frame)))
                })
                .collect();
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fixtures::frame;

    #[test]
    fn every_row_has_a_key_of_its_own() {
        let plan = Plan::new(&frame(&["base"]));
        let distinct: BTreeSet<&Key> = plan.keys.iter().collect();
        assert_eq!(distinct.len(), plan.keys.len());
    }

    /// Every cut that can be counted, all at once.
    fn all_cuts() -> Vec<overheard_model::cut::Cut> {
        use overheard_model::cut::{By, Cut};
        let sets = (0..1u32 << By::COUNT).map(|set| {
            Cut::of(
                By::ALL
                    .iter()
                    .copied()
                    .filter(|by| set >> by.index() & 1 == 1),
            )
        });
        sets.filter(|cut| cut.is_counted()).collect()
    }

    #[test]
    fn further_cuts_add_rows_of_their_own_and_take_none_away() {
        let mut frame = frame(&["base"]);
        let default = Plan::new(&frame);
        frame.cuts = all_cuts();
        let plan = Plan::new(&frame);
        assert_eq!(rows(&frame), plan.keys.len());
        let distinct: BTreeSet<&Key> = plan.keys.iter().collect();
        assert_eq!(distinct.len(), plan.keys.len());
        let mut rest = plan.keys.iter();
        assert!(
            default
                .keys
                .iter()
                .all(|key| rest.any(|other| other == key)),
            "in their order"
        );
    }

    #[test]
    fn every_table_is_reported() {
        let plan = Plan::new(&frame(&["base"]));
        for table in TableId::ALL {
            let fed = plan.parts.iter().any(|p| p.table == *table);
            // Kept for the engine, which spreads it over the topic tables.
            let working = matches!(table, TableId::BlindCounts | TableId::BlindSpend);
            assert!(fed != working, "{table:?}");
        }
    }

    #[test]
    fn cuts_name_only_dimensions_that_their_table_has() {
        for measure in MEASURES {
            for (table, cuts) in measure.tables {
                let has: Vec<Column> = TABLES[*table as usize]
                    .dims
                    .iter()
                    .map(|d| column(*d))
                    .collect();
                for (_, columns) in *cuts {
                    assert!(
                        columns.iter().all(|c| has.contains(c)),
                        "{} {columns:?}",
                        measure.entry.measure
                    );
                }
            }
        }
    }
}
