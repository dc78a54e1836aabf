//! What a run costs by its people, threads and instruction set: medians over rounds, and what one more person-day costs.

use crate::statistics::median;

/// What is run: so many people, on so many threads, with an instruction set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Simulated assistant users.
    pub people: u64,
    pub threads: usize,
    /// Name of the instruction set.
    pub isa: String,
}

/// What one run took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// From its start to its end (s).
    pub wall_seconds: f64,
    /// Of all cores together (s); nothing where the system does not tell.
    pub cpu_seconds: Option<f64>,
    /// Simulated people times simulated days.
    pub person_days: u64,
    /// Largest resident memory (bytes); nothing where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
}

/// What a case costs: medians over its rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    pub case: Case,
    /// See [`Sample::wall_seconds`].
    pub wall_seconds: f64,
    /// See [`Sample::cpu_seconds`].
    pub cpu_seconds: Option<f64>,
    /// See [`Sample::person_days`].
    pub person_days: u64,
    /// Core time of a person-day beyond the case with the next fewer people, all else equal (ns): what a run costs however
    /// few its people are cancels. Nothing for the fewest people.
    pub marginal_ns: Option<f64>,
    /// See [`Sample::peak_memory_bytes`].
    pub peak_memory_bytes: Option<u64>,
}

impl Cost {
    /// Person-days per second of wall time.
    pub fn speed(&self) -> f64 {
        self.person_days as f64 / self.wall_seconds
    }
}

/// All cases, sizes in a row.
pub fn cases(people: &[u64], threads: &[usize], isas: &[String]) -> Vec<Case> {
    let mut people = people.to_vec();
    people.sort_unstable();
    people.dedup();
    let mut list = Vec::new();
    for isa in isas {
        for threads in threads {
            list.extend(people.iter().map(|people| Case {
                people: *people,
                threads: *threads,
                isa: isa.clone(),
            }));
        }
    }
    list
}

/// Runs all cases in turns, round by round, so that whatever else the machine does meets all of them.
///
/// # Errors
/// The first of `run`.
pub fn bench<E>(
    cases: &[Case],
    rounds: usize,
    mut run: impl FnMut(usize, &Case) -> Result<Sample, E>,
) -> Result<Vec<Cost>, E> {
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    for round in 0..rounds {
        for (case, samples) in cases.iter().zip(&mut samples) {
            samples.push(run(round, case)?);
        }
    }
    let costs = cases.iter().zip(&samples);
    let mut costs: Vec<Cost> = costs.map(|(case, samples)| cost(case, samples)).collect();
    for i in 1..costs.len() {
        let (before, this) = costs.split_at_mut(i);
        this[0].marginal_ns = marginal(&before[i - 1], &this[0]);
    }
    Ok(costs)
}

fn cost(case: &Case, samples: &[Sample]) -> Cost {
    let all = |get: fn(&Sample) -> Option<f64>| {
        let values = samples.iter().map(get).collect::<Option<Vec<f64>>>();
        values.and_then(|values| median(&values))
    };
    Cost {
        case: case.clone(),
        wall_seconds: all(|s| Some(s.wall_seconds)).unwrap_or(f64::NAN),
        cpu_seconds: all(|s| s.cpu_seconds),
        person_days: samples.first().map_or(0, |s| s.person_days),
        marginal_ns: None,
        peak_memory_bytes: all(|s| s.peak_memory_bytes.map(|n| n as f64)).map(|n| n as u64),
    }
}

/// Between two sizes of what is otherwise the same case.
fn marginal(less: &Cost, more: &Cost) -> Option<f64> {
    let alike = less.case.threads == more.case.threads && less.case.isa == more.case.isa;
    let days = more.person_days.checked_sub(less.person_days)?;
    let seconds = more.cpu_seconds? - less.cpu_seconds?;
    (alike && days > 0).then(|| 1e9 * seconds / days as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_sizes() -> Vec<Case> {
        let isas = ["scalar", "avx2"].map(str::to_owned);
        cases(&[1000, 100, 1000], &[1, 2], &isas)
    }

    /// 2 s and 300 ns of core time per person-day of ten days, and a neighbour who disturbs the second round.
    fn sample(round: usize, case: &Case) -> Sample {
        let person_days = 10 * case.people;
        let disturbed = if round == 1 { 5.0 } else { 0.0 };
        let cpu = 2.0 + 300e-9 * person_days as f64 + disturbed;
        Sample {
            wall_seconds: cpu / case.threads as f64,
            cpu_seconds: Some(cpu),
            person_days,
            peak_memory_bytes: Some(7 << 20),
        }
    }

    #[test]
    fn rounds_are_in_turns() {
        let cases = two_sizes();
        let names: Vec<(u64, usize, &str)> = cases
            .iter()
            .map(|c| (c.people, c.threads, c.isa.as_str()))
            .collect();
        assert_eq!(
            names[..3],
            [(100, 1, "scalar"), (1000, 1, "scalar"), (100, 2, "scalar")]
        );
        assert_eq!(names[7], (1000, 2, "avx2"));
        let mut order = Vec::new();
        let costs = bench(&cases, 2, |round, case| {
            order.push((round, case.clone()));
            Ok::<_, ()>(sample(round, case))
        });
        assert_eq!(costs.unwrap().len(), 8);
        let turns = [0, 1]
            .into_iter()
            .flat_map(|r| cases.iter().map(move |c| (r, c.clone())));
        assert!(turns.eq(order));
    }

    #[test]
    fn what_a_run_costs_anyway_is_not_marginal() {
        let costs = bench(&two_sizes(), 3, |round, case| {
            Ok::<_, ()>(sample(round, case))
        });
        for pair in costs.unwrap().chunks(2) {
            assert_eq!(pair[0].marginal_ns, None);
            assert!((pair[1].marginal_ns.unwrap() - 300.0).abs() < 1e-3);
            assert!(
                (pair[1].cpu_seconds.unwrap() - 2.003).abs() < 1e-9,
                "the median"
            );
            assert_eq!(pair[1].peak_memory_bytes, Some(7 << 20));
            let speed = 10_000.0 * pair[1].case.threads as f64 / 2.003;
            assert!((pair[1].speed() / speed - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn what_the_system_does_not_tell_is_left_open() {
        let costs = bench(&two_sizes(), 1, |round, case| {
            Ok::<_, ()>(Sample {
                cpu_seconds: None,
                peak_memory_bytes: None,
                ..sample(round, case)
            })
        });
        for cost in costs.unwrap() {
            assert_eq!(cost.marginal_ns, None);
            assert!(cost.wall_seconds > 0.0);
        }
        let failed = bench(&two_sizes(), 3, |_, case| Err(case.people));
        assert_eq!(failed, Err(100));
    }
}
