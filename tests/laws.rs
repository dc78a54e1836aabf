//! Laws that outcomes keep: equal arms are equal, added arms change nothing, nothing happens before its day, nothing
//! drifts, and what the platform predicts is what people do.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use overheard_engine::{EngineKind, Prepared, load, simulate, simulate_on, stages};
use overheard_model::block::Block;
use overheard_model::columns::{SLOTS, STANDING, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_outcomes::{Column, Estimates, Key, differences, write_outcomes};

use crate::support::{NOTHING, path_of, scenario, tune, two_arms};

static MONTH: LazyLock<String> = LazyLock::new(|| two_arms("2025-12-14", "2025-12-19", 3000));

fn lived(text: &str) -> Estimates {
    simulate(&scenario(text, NOTHING), EngineKind::Thinned, tune())
        .unwrap()
        .1
}

static TWO_ARMS: LazyLock<Estimates> = LazyLock::new(|| lived(&MONTH));

/// The lines of `outcomes.csv` of one arm.
fn lines(estimates: &Estimates, arm: &str) -> Vec<String> {
    let mut bytes = Vec::new();
    write_outcomes(&mut bytes, estimates).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let own = text.lines().filter(|l| l.starts_with(&format!("{arm},")));
    own.map(str::to_owned).collect()
}

/// An arm under the base's rules that is nevertheless simulated on its own: its knobs differ in one that changes nothing
/// (an opt-out that nobody uses), so it parts from the base on the policy's first day. Pacing is fixed, since a market that
/// is solved again is solved to a tolerance.
const NULL: &str = "\
[market]
response = \"fixed-pacing\"
[time]
start = 2025-12-14
end = 2025-12-19
[run]
people = 3000
[pilot]
people = 1000
[[arm]]
name = \"base\"
[[arm]]
name = \"equal\"
[[arm]]
name = \"apart\"
controls.opt_out_available = true
controls.opt_out_share = 0
";

#[test]
fn an_equal_arm_differs_by_exactly_zero() {
    let estimates = lived(NULL);
    let mut rows = 0;
    for row in differences(&estimates) {
        // The row that says which controls exist is the one that may differ.
        if row.arm == "apart" && row.key.measure() == "informed_before_first_signal" {
            continue;
        }
        rows += 1;
        // A price without ads is no number in either arm.
        if row.base_value.is_nan() && row.value.is_nan() {
            continue;
        }
        assert!(
            row.difference == 0.0 && row.std_error.unwrap_or(0.0) == 0.0,
            "{} {}: {}",
            row.arm,
            row.key,
            row.difference
        );
    }
    assert!(rows > 1000, "{rows}");
    let chat = estimates.get(2, &Key::of("ad_impressions").with(Column::Source, "chat"));
    assert!(
        chat.unwrap().value > 0.0,
        "the law is empty without a policy"
    );
}

/// The same for every person: profiles, exposures and reactions of the arm that is simulated on its own.
#[test]
fn equal_arms_leave_every_person_alike() {
    let scenario = scenario(NULL, NOTHING);
    let prepared = Prepared::new(scenario.clone(), path_of(&scenario), EngineKind::Thinned);
    let world = prepared.world();
    let mut people = 0;
    for stratum in [4u16, 6, 62, 90] {
        let mut block = Block::default();
        let n = world.strata[stratum as usize].people.min(192);
        load(world, &mut block, stratum, 0, 0..n as u32);
        let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
        for day in world.window.first()..world.window.days - 1 {
            block.day = day;
            for stage in ring.all() {
                stage.step(&mut block).unwrap();
            }
        }
        for leaf in &block.leaves[..block.used()] {
            let [base, _, apart] = &leaf.arms[..] else {
                panic!("three arms")
            };
            people += leaf.n;
            assert_eq!(base.behaviour, apart.behaviour);
            assert_eq!(base.seats, apart.seats);
            assert_eq!(base.exposure.by_slot, apart.exposure.by_slot);
            assert_eq!(base.exposure.unmarked, apart.exposure.unmarked);
            assert_eq!(base.marks, apart.marks);
            assert_eq!(
                (base.quit, base.cut, base.unjoined),
                (apart.quit, apart.cut, apart.unjoined)
            );
            assert!(apart.exposure.displaced.iter().all(|d| *d == 0.0));
        }
    }
    assert!(people > 100, "{people}");
}

#[test]
fn a_third_arm_changes_no_byte_of_the_others() {
    let three = lived(&format!(
        "{}[[arm]]\nname = \"everywhere\"\npolicy.excluded_markets = []\nreactions.quit = 0.1\n",
        *MONTH
    ));
    for arm in ["no-policy", "policy"] {
        let (before, after) = (lines(&TWO_ARMS, arm), lines(&three, arm));
        assert!(before.len() > 1000);
        assert!(before == after, "{arm}");
    }
    // The third arm is there, and is no copy of the second: it has as many rows, and its rules show in hundreds of them.
    let [second, third] = ["policy", "everywhere"].map(|arm| {
        let rows = lines(&three, arm);
        let cells = rows.iter().map(|row| row[arm.len()..].to_owned());
        cells.collect::<Vec<String>>()
    });
    assert_eq!(third.len(), second.len());
    let differ = third.iter().zip(&second).filter(|(a, b)| a != b).count();
    println!("{differ} of {} rows differ", third.len());
    assert!(differ > 1000, "{differ} of {} rows differ", third.len());
}

#[test]
fn no_arm_differs_before_its_policy_date() {
    let days = TWO_ARMS.days();
    let (mut before, mut after) = (0, 0);
    for row in differences(&TWO_ARMS) {
        match row.key.get(Column::Day) {
            day if day == days[0] || day == days[1] => {
                before += 1;
                assert_eq!(row.difference, 0.0, "{}", row.key);
            }
            "" => {}
            _ => after += usize::from(row.difference != 0.0),
        }
    }
    assert!(
        before > 100 && after > 100,
        "{before} rows before, {after} differ after"
    );
}

/// Signal mass of behaviour on the first and the last morning of a month without policy, over everybody: of standing
/// interests and of passing intents. `scaled`: a factor on the mass that profiles start with, to plant a fault.
fn drift(scaled: f32) -> [f64; 2] {
    let text = "[time]\nstart = 2025-10-01\nend = 2025-10-31\n[run]\npeople = 6000\n[pilot]\npeople = 6000\n\
                [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n";
    let scenario = scenario(text, NOTHING);
    let path = path_of(&scenario);
    let prepared = Prepared::new(scenario, path, EngineKind::Thinned);
    let world = prepared.world();
    let mut mass = vec![[0.0; 2]; world.window.days as usize];
    for (stratum, s) in world
        .strata
        .iter()
        .enumerate()
        .filter(|(_, s)| s.people > 0)
    {
        let mut block = Block::default();
        load(world, &mut block, stratum as u16, 0, 0..s.people as u32);
        let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
        for day in 0..world.window.days {
            block.day = day;
            for stage in ring.all() {
                stage.step(&mut block).unwrap();
            }
            let used = block.used();
            for leaf in &mut block.leaves[..used] {
                let factor = if day == 0 { scaled } else { 1.0 };
                let mass_of = leaf.arms[0].behaviour.iter_mut().flatten().flatten();
                mass_of.for_each(|x| *x *= factor);
                for slot in 0..TRUE_SLOTS {
                    let sums = &mut mass[day as usize][usize::from(slot >= STANDING)];
                    for app in &leaf.arms[0].behaviour {
                        *sums += s.weight()
                            * app[slot][..leaf.n]
                                .iter()
                                .map(|x| f64::from(*x))
                                .sum::<f64>();
                    }
                }
            }
        }
    }
    let (first, last) = (mass[0], mass[mass.len() - 1]);
    [0, 1].map(|k| last[k] / first[k] - 1.0)
}

/// The start state is stationary: profiles hold as much at the end of the month as at its start, up to the noise of 6,000
/// people (0.3 % of what they hold on standing interests, 1 % on passing ones). A start that is 5 % off is seen.
#[test]
fn a_month_without_policy_does_not_drift() {
    let ([standing, passing], [fault, _]) = (drift(1.0), drift(0.95));
    assert!(
        standing.abs() < 0.008 && passing.abs() < 0.03,
        "{standing:+.4} {passing:+.4}"
    );
    assert!(fault > 0.012, "a planted fault makes {fault:+.4}");
}

/// Nobody depends on who stands beside: in any order of the people each of them lives the same month, bit for bit.
#[test]
fn any_order_leaves_every_person_alike() {
    let scenario = scenario(&MONTH, &["pilot.people=1000"]);
    let prepared = Prepared::new(scenario.clone(), path_of(&scenario), EngineKind::Thinned);
    let world = prepared.world();
    let mut people = 0;
    for stratum in [4u16, 6, 62, 90] {
        let n = world.strata[stratum as usize].people.min(192) as u32;
        // A step that is prime to `n` meets everybody once.
        let step = (n / 3..).find(|step| gcd(*step, n) == 1).unwrap_or(1);
        let orders: [Vec<u32>; 2] = [
            (0..n).collect(),
            (0..n).map(|k| (k * step + 7) % n).collect(),
        ];
        let [one, other] = orders.map(|people| months(&prepared, stratum, people));
        people += one.len();
        assert!(one == other, "stratum {stratum}");
    }
    assert!(people > 100, "{people}");
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What a month leaves with each person under each arm, as bits.
fn months(prepared: &Prepared, stratum: u16, people: Vec<u32>) -> BTreeMap<u32, Vec<u32>> {
    let world = prepared.world();
    let mut block = Block::default();
    load(world, &mut block, stratum, 0, people);
    let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
    for day in world.window.first()..world.window.days - 1 {
        block.day = day;
        for stage in ring.all() {
            stage.step(&mut block).unwrap();
        }
    }
    let mut months = BTreeMap::new();
    for leaf in &block.leaves[..block.used()] {
        for lane in 0..leaf.n {
            let left: &mut Vec<u32> = months.entry(leaf.index[lane]).or_default();
            for state in &leaf.arms {
                let x = &state.exposure;
                let by_slot = x.by_slot.iter().flatten().chain(&x.clicks);
                let columns = state.behaviour.iter().flatten().chain(by_slot);
                let columns = columns.chain(&x.unmarked).chain([&x.displaced, &x.blind]);
                left.extend(columns.map(|column| column[lane].to_bits()));
                left.extend((0..SLOTS).map(|slot| state.chat_mass(lane, slot).to_bits()));
                left.extend(x.marked.map(|column| u32::from(column[lane])));
                let marks = state.marks.iter().filter(|m| usize::from(m.lane) == lane);
                left.extend(
                    marks.map(|m| {
                        u32::from_le_bytes([m.app, m.slot, m.click.into(), m.chat.into()])
                    }),
                );
            }
        }
    }
    months
}

/// Clicks on ads of interest lists, as the platform predicts them from its estimate of an interest and as people make
/// them by their true interest: equal within a tenth in every tenth of the estimate. (Off-platform visits weigh fourteen likes,
/// so that signal strength is a noisy reading, which a cubic through 0 follows to 8 %.)
#[test]
fn predicted_clicks_are_realised_in_every_decile() {
    let scenario = scenario(&MONTH, &["pilot.people=8000", "run.people=40000"]);
    let prepared = Prepared::new(scenario.clone(), path_of(&scenario), EngineKind::Thinned);
    let (world, feeds) = (prepared.world(), &prepared.params.feeds);
    // (estimate, weight of impressions, true interest)
    let mut seen: Vec<(f64, f64, f64)> = Vec::new();
    for (stratum, s) in world
        .strata
        .iter()
        .enumerate()
        .filter(|(_, s)| s.people > 0)
    {
        let mut block = Block::default();
        let people = s.people.min(1024);
        load(world, &mut block, stratum as u16, 0, 0..people as u32);
        let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
        block.day = world.window.first();
        for stage in ring.all() {
            stage.step(&mut block).unwrap();
        }
        let weight = s.represented / people as f64;
        for leaf in &block.leaves[..block.used()] {
            for lane in 0..leaf.n {
                for app in (0..App::COUNT).filter(|a| leaf.today.opened[lane] >> a & 1 == 1) {
                    for slot in 0..TRUE_SLOTS {
                        let x =
                            leaf.arms[0].behaviour[app][slot][lane] * leaf.who.personalised[lane];
                        let q = x / (x + feeds.kappa);
                        let shown =
                            weight * f64::from(leaf.who.activity[lane] * feeds.sessions[app] * q);
                        if shown > 0.0 {
                            seen.push((
                                f64::from(feeds.estimate.at(q)),
                                shown,
                                f64::from(leaf.who.z[slot][lane]),
                            ));
                        }
                    }
                }
            }
        }
    }
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = seen.iter().map(|s| s.1).sum();
    let mu = f64::from(feeds.mu);
    let mut deciles = [[0.0; 2]; 10];
    let mut done = 0.0;
    for (estimate, shown, z) in seen {
        let decile = &mut deciles[((done / all * 10.0) as usize).min(9)];
        decile[0] += shown * (1.0 + mu * estimate);
        decile[1] += shown * (1.0 + mu * z);
        done += shown;
    }
    for (k, [predicted, realised]) in deciles.into_iter().enumerate() {
        let off = predicted / realised - 1.0;
        assert!(
            off.abs() < 0.03,
            "decile {}: predicted {off:+.3} off; all: {deciles:?}",
            k + 1
        );
    }
}

/// Tracing people looks on: outcomes do not depend on it.
#[test]
fn tracing_changes_no_byte_of_the_outcomes() {
    let lived = |set: &str| {
        let scenario = scenario(&MONTH, &[set]);
        let (prepared, before) =
            simulate_on(&scenario, path_of(&scenario), EngineKind::Thinned, tune()).unwrap();
        let records = overheard_diary::trace(&prepared, tune().isa).unwrap();
        let (_, after) = simulate_on(
            &scenario,
            prepared.path.clone(),
            EngineKind::Thinned,
            tune(),
        )
        .unwrap();
        for arm in ["no-policy", "policy"] {
            assert!(lines(&before, arm) == lines(&after, arm));
        }
        (records.len(), lines(&before, "policy"))
    };
    let (none, without) = lived("trace.people=0");
    let (some, with) = lived("trace.people=6");
    assert_eq!((none, some), (0, 6 + 6 * 2 * 6));
    assert!(without == with);
}
