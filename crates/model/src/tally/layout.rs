//! Where each table and each of its cells stand in a tally.

use super::tables::{Dim, Scale, TABLES, TableId};
use crate::ids::{App, Class, Source, Surface};

/// Dimensions of the table that has the most.
const MOST_DIMS: usize = {
    let (mut most, mut t) = (0, 0);
    while t < TABLES.len() {
        if TABLES[t].dims.len() > most {
            most = TABLES[t].dims.len();
        }
        t += 1;
    }
    most
};

/// Where a table stands among a tally's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TablePlace {
    /// Its first cell.
    first: u32,
    /// Cells between neighbours along each dimension.
    strides: [u32; MOST_DIMS],
    scale: Scale,
}

/// Which cell of a tally holds what: the only place where coordinates become an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Days of the window.
    pub days: usize,
    /// Categories of the taxonomy.
    pub categories: usize,
    places: [TablePlace; TABLES.len()],
    cells: usize,
}

/// One cell of a tally: what [`Layout::cell`] makes of a table and coordinates, and the only thing that counts go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub(super) index: u32,
    pub(super) scale: Scale,
}

impl Cell {
    /// Its place among all cells of a tally.
    #[inline]
    pub const fn index(self) -> usize {
        self.index as usize
    }
    /// Its table's unit.
    pub const fn scale(self) -> Scale {
        self.scale
    }
}

impl Layout {
    /// The layout of tallies of so many days and categories.
    pub fn new(days: usize, categories: usize) -> Self {
        let mut cells = 0;
        let places = std::array::from_fn(|t| {
            let table = &TABLES[t];
            let first = cells;
            // Slowest first, so the last dimension's neighbours lie side by side.
            let (mut strides, mut size) = ([0; MOST_DIMS], 1);
            for (stride, dim) in strides.iter_mut().zip(table.dims).rev() {
                *stride = size;
                size *= extent(*dim, days, categories) as u32;
            }
            cells += size;
            TablePlace {
                first,
                strides,
                scale: table.scale,
            }
        });
        Layout {
            days,
            categories,
            places,
            cells: cells as usize,
        }
    }

    /// The cell of a table at these coordinates, one for each of its dimensions and in their order.
    #[inline]
    pub fn cell<const N: usize>(&self, table: TableId, at: [usize; N]) -> Cell {
        debug_assert!(self.has(table, &at), "no cell {at:?} of {table:?}");
        let place = &self.places[table as usize];
        let mut index = place.first;
        for (coordinate, stride) in at.into_iter().zip(place.strides) {
            index += coordinate as u32 * stride;
        }
        Cell {
            index,
            scale: place.scale,
        }
    }

    /// Whether a table has so many dimensions, and each of them that coordinate.
    fn has(&self, table: TableId, at: &[usize]) -> bool {
        let dims = TABLES[table as usize].dims;
        let within = |(coordinate, dim): (&usize, &Dim)| *coordinate < self.extent(*dim);
        at.len() == dims.len() && at.iter().zip(dims).all(within)
    }

    /// All cells of a table, in the order of their coordinates.
    pub fn cells_of(&self, table: TableId) -> impl Iterator<Item = Cell> + use<> {
        let TablePlace { first, scale, .. } = self.places[table as usize];
        let cells = first..first + self.len(table) as u32;
        cells.map(move |index| Cell { index, scale })
    }

    /// All cells of a tally.
    pub fn cells(&self) -> usize {
        self.cells
    }
    /// Where a table begins among them.
    pub fn offset(&self, table: TableId) -> usize {
        self.places[table as usize].first as usize
    }
    /// Members of one dimension.
    pub fn extent(&self, dim: Dim) -> usize {
        extent(dim, self.days, self.categories)
    }
    /// Cells of one table.
    pub fn len(&self, table: TableId) -> usize {
        TABLES[table as usize]
            .dims
            .iter()
            .map(|d| self.extent(*d))
            .product()
    }
}

fn extent(dim: Dim, days: usize, categories: usize) -> usize {
    match dim {
        Dim::Day => days,
        Dim::App => App::COUNT,
        Dim::Surface => Surface::COUNT,
        Dim::Category => categories,
        Dim::Class => Class::COUNT,
        Dim::Source => Source::COUNT,
        Dim::Bucket(names) => names.len(),
    }
}
