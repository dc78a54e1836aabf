//! How far something is: a line with a bar on a terminal, now and then a line elsewhere.

/// Columns left free at the end of the line: what the terminal echoes of a Ctrl-C must not open a new line.
const ECHO: usize = 3;

/// Marks of a bar: at most, and the fewest that are still one.
const BAR: [usize; 2] = [20, 5];

/// A line of progress for a terminal of so many columns. A bar takes the room that the text leaves.
pub fn line(width: usize, what: &str, done: u64, of: u64, text: &str) -> String {
    let room = width.saturating_sub(ECHO);
    let share = done as f64 / of.max(1) as f64;
    let told = format!("{:.0} %, {text}", 100.0 * share);
    let [most, fewest] = BAR;
    let taken = what.chars().count() + told.chars().count() + 2;
    let marks = room.saturating_sub(taken).min(most);
    if marks < fewest {
        return format!("{what}: {told}").chars().take(room).collect();
    }
    let full = (share * marks as f64) as usize;
    let bar: String = (0..marks)
        .map(|i| if i < full { '#' } else { '-' })
        .collect();
    format!("{what} {bar} {told}")
}

/// How much of what is going on has been told of.
#[derive(Default)]
pub struct Told {
    what: String,
    percent: u64,
}

impl Told {
    /// The percentage to tell of, a multiple of `every`: each once, and nothing of what was there from the start.
    pub fn news(&mut self, what: &str, every: u64, done: u64, of: u64) -> Option<u64> {
        let share = u128::from(done) * 100 / u128::from(of.max(1));
        let percent = share as u64 / every * every;
        let begins = self.what != what;
        if !begins && percent <= self.percent {
            return None;
        }
        *self = Told {
            what: what.to_owned(),
            percent,
        };
        (!begins).then_some(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_to_its_width() {
        let text = "1.06B people, 12.3M person-days/s, 59 min 59 s left";
        for width in 0..200 {
            for (done, of) in [(0, 0), (1, 3), (7, 7)] {
                let line = line(width, "solving the market", done, of, text);
                let columns = line.chars().count();
                assert!(columns <= width.saturating_sub(ECHO), "{width}: {line}");
            }
        }
    }

    #[test]
    fn eighty_columns_hold_everything() {
        let text = "1.06B people, 12.3M person-days/s, 59 min 59 s left";
        assert_eq!(
            line(80, "simulating", 1, 1, text),
            format!("simulating ####### 100 %, {text}")
        );
        assert_eq!(
            line(80, "simulating", 1, 2, "531M people"),
            "simulating ##########---------- 50 %, 531M people"
        );
        assert_eq!(
            line(80, "solving the market", 1, 2, "day 17 of 31"),
            "solving the market ##########---------- 50 %, day 17 of 31"
        );
        assert_eq!(line(20, "simulating", 1, 2, text), "simulating: 50 %,");
    }

    #[test]
    fn a_line_comes_every_five_percent_whatever_the_steps() {
        let told = |steps: &[u64], of| {
            let mut told = Told::default();
            let steps = steps.iter();
            let lines = steps.filter_map(|done| told.news("simulating", 5, *done, of));
            lines.collect::<Vec<u64>>()
        };
        let fives: Vec<u64> = (1..=20).map(|i| 5 * i).collect();
        assert_eq!(told(&(0..=6160).collect::<Vec<_>>(), 6160), fives);
        assert_eq!(told(&[0, 1, 2, 3], 3), [30, 65, 100]);
        // A resumed run begins with what there was.
        assert_eq!(told(&[52, 53, 55, 59, 100], 100), [55, 100]);
        assert!(told(&[7, 7], 7).is_empty());
        assert_eq!(told(&[0, u64::MAX / 2, u64::MAX], u64::MAX), [45, 100]);
    }

    #[test]
    fn what_comes_next_begins_anew() {
        let mut told = Told::default();
        assert_eq!(told.news("solving the market", 25, 0, 2), None);
        assert_eq!(told.news("solving the market", 25, 1, 2), Some(50));
        assert_eq!(told.news("simulating", 5, 0, 2), None);
        assert_eq!(told.news("simulating", 5, 1, 10), Some(10));
    }
}
