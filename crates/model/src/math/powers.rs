//! Powers to whole numbers of days.

/// Powers of a daily factor, the usual ones from a table: the same bits as [`pow`](super::pow) gives.
#[derive(Clone, Debug)]
pub struct Powers {
    base: f64,
    table: Vec<f64>,
}

/// Days that are tabulated: from so many before to so many after.
const BEFORE: i32 = 32;
const AFTER: i32 = 512;

impl Powers {
    /// Tabulates the powers of a factor.
    pub fn new(base: f64) -> Self {
        let power = |days| libm::pow(base, f64::from(days));
        Powers {
            base,
            table: (-BEFORE..AFTER).map(power).collect(),
        }
    }

    /// The factor.
    pub fn base(&self) -> f64 {
        self.base
    }

    /// The factor to the power of so many days.
    #[inline]
    pub fn at(&self, days: i32) -> f64 {
        match self.table.get(days.wrapping_add(BEFORE) as usize) {
            Some(power) => *power,
            None => libm::pow(self.base, f64::from(days)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Powers;

    #[test]
    fn inside_the_table_and_beyond_it_powers_are_powers() {
        let powers = Powers::new(0.9);
        for days in [-1000, -33, -32, -1, 0, 1, 511, 512, 1000] {
            assert_eq!(powers.at(days), libm::pow(0.9, f64::from(days)), "{days}");
        }
    }
}
