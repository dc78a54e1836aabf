//! `data/markets.csv`: what is known of each market, one row each, numeric columns by name.

use std::sync::LazyLock;

use overheard_formats::{DataError, DataTable};
use overheard_model::ids::Market;

/// The text of the built-in table.
pub const MARKETS_CSV: &str = include_str!("../../../data/markets.csv");

const FILE: &str = "data/markets.csv";

pub(crate) static MARKETS: LazyLock<MarketTable> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test parses it: this build would not have passed"
    )]
    MarketTable::parse(MARKETS_CSV).expect("the built-in markets.csv is sound")
});

/// Columns by name, each with one cell per market.
#[derive(Debug)]
pub struct MarketTable {
    columns: Vec<(String, Vec<String>)>,
}

/// The column `name` of the built-in `data/markets.csv`, in vocabulary order.
///
/// # Panics
/// If there is no such column of numbers: callers name columns that ship with the program.
pub fn market_column(name: &str) -> [f64; Market::COUNT] {
    MARKETS
        .column(name)
        .unwrap_or_else(|| panic!("{FILE} has no column of numbers `{name}`"))
}

impl MarketTable {
    /// Parses a table whose first column is `market`.
    ///
    /// # Errors
    /// The first line with an unknown, repeated or missing market, or an empty cell.
    pub fn parse(text: &str) -> Result<Self, DataError> {
        let table = DataTable::parse(FILE, text)?;
        let mut names = table.columns();
        if names.next() != Some("market") {
            return Err(table.fault(1, "the first column must be `market`".to_owned()));
        }
        let mut columns: Vec<(String, Vec<String>)> = names
            .map(|name| (name.to_owned(), vec![String::new(); Market::COUNT]))
            .collect();
        let mut seen = [false; Market::COUNT];
        for row in table.rows() {
            let row = row?;
            let name = row.text("market")?;
            let market = Market::from_name(name)
                .ok_or_else(|| row.fault(format!("`{name}` is no market")))?;
            if std::mem::replace(&mut seen[market.index()], true) {
                return Err(row.fault(format!("`{market}` has two rows")));
            }
            for ((name, cells), cell) in columns.iter_mut().zip(row.cells().skip(1)) {
                if cell.is_empty() {
                    return Err(row.fault(format!("the cell of column `{name}` is empty")));
                }
                cells[market.index()] = cell.to_owned();
            }
        }
        match Market::ALL.iter().find(|m| !seen[m.index()]) {
            Some(missing) => Err(table.fault(0, format!("`{missing}` has no row"))),
            None => Ok(MarketTable { columns }),
        }
    }

    /// The cells of a column as written, in vocabulary order.
    pub fn cells(&self, name: &str) -> Option<&[String]> {
        self.columns
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, cells)| cells.as_slice())
    }

    /// A column of finite numbers, in vocabulary order.
    pub fn column(&self, name: &str) -> Option<[f64; Market::COUNT]> {
        let mut numbers = [0.0; Market::COUNT];
        for (number, cell) in numbers.iter_mut().zip(self.cells(name)?) {
            *number = cell.parse().ok().filter(|x: &f64| x.is_finite())?;
        }
        Some(numbers)
    }

    /// Names of the columns, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_is_sound() {
        MarketTable::parse(MARKETS_CSV).unwrap();
    }

    #[test]
    fn only_columns_of_numbers_are_read_as_numbers() {
        assert!(
            MARKETS
                .column("family_people")
                .unwrap()
                .iter()
                .all(|x| *x > 0.0)
        );
        assert!(MARKETS.names().any(|name| name == "family_people"));
        assert_eq!(MARKETS.column("no_such_column"), None);
        let rows: String = Market::ALL.iter().map(|m| format!("{m},NaN\n")).collect();
        let table = MarketTable::parse(&format!("market,x\n{rows}")).unwrap();
        assert_eq!(
            (table.column("x"), table.cells("x").unwrap().len()),
            (None, Market::COUNT)
        );
    }

    #[test]
    fn faults_name_file_and_line() {
        let check = |text: &str, expected: &str| {
            assert_eq!(MarketTable::parse(text).unwrap_err().to_string(), expected);
        };
        check(
            "place,x\n",
            "data/markets.csv:1: the first column must be `market`",
        );
        check(
            "market,x\nuk,1\natlantis,2\n",
            "data/markets.csv:3: `atlantis` is no market",
        );
        check(
            "market,x\nuk,1\nuk,2\n",
            "data/markets.csv:3: `uk` has two rows",
        );
        check(
            "market,x\nuk,\n",
            "data/markets.csv:2: the cell of column `x` is empty",
        );
        check(
            "market,x\nuk,1\n",
            "data/markets.csv:0: `us-canada` has no row",
        );
    }
}
