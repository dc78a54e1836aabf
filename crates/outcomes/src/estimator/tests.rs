use overheard_formats::{Column, Key};
use overheard_model::ids::App;
use overheard_model::tally::{Count, Scale, TABLES, TableId, Tally};

use super::weights::Brought;
use super::*;
use crate::fixtures::{estimates, fold, frame, groups, noise};
use crate::frame::Detail;

/// The definition, read off the tallies cell by cell: value and replicates of one cell of one table.
fn by_definition(
    frame: &Frame,
    tallies: &[Vec<Vec<Tally>>],
    table: TableId,
    cell: usize,
    member: impl Fn(&Stratum) -> bool,
) -> Estimate {
    let at = frame.layout.offset(table) + cell;
    let units = TABLES[table as usize].scale.units();
    let mut sum = Estimate::ZERO;
    for (stratum, groups) in frame.strata.iter().zip(tallies).filter(|(s, _)| member(s)) {
        let per_group: Vec<f64> = groups
            .iter()
            .map(|g| g[0].cells[at] as f64 / units)
            .collect();
        let total: f64 = per_group.iter().sum();
        let n = stratum.people as f64;
        sum.value += stratum.weight() * total;
        let z = ((1.0 - 1.0 / groups.len() as f64) / (1.0 - 1.0 / 32.0)).sqrt();
        for r in 0..REPLICATES {
            let left_out = |g: &usize| stratum.replicate(*g) == r;
            let without = (0..groups.len()).find(left_out).map_or(total, |g| {
                let range = stratum.group(g);
                let n_g = (range.end - range.start) as f64;
                total + z * (n / (n - n_g) * (total - per_group[g]) - total)
            });
            sum.replicates[r] += stratum.weight() * without;
        }
    }
    sum
}

fn close(a: &Estimate, b: &Estimate) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
    near(a.value, b.value)
        && a.replicates
            .iter()
            .zip(&b.replicates)
            .all(|(a, b)| near(*a, *b))
}

/// The frame with one arm, and its tallies of each stratum.
fn base_alone() -> (Frame, Vec<Vec<Vec<Tally>>>) {
    let frame = frame(&["base"]);
    let tallies = (0..frame.strata.len()).map(|s| groups(&frame, s, 1.0));
    let tallies = tallies.collect();
    (frame, tallies)
}

#[test]
fn rows_are_the_sums_that_their_keys_say() {
    let (frame, tallies) = base_alone();
    let estimates = estimates();
    let row = |key: Key| *estimates.get(0, &key).unwrap();

    // Day 2, app 1, source 0 of impressions, everybody: one cell. Tables are day, app, source.
    let cell = (2 * App::COUNT + 1) * 3;
    let key = Key::of("ad_impressions")
        .with(Column::Day, "2025-12-03")
        .with(Column::App, "instagram")
        .with(Column::Source, "broad");
    let expected = by_definition(&frame, &tallies, TableId::Impressions, cell, |_| true);
    assert!(close(&row(key), &expected));

    // Clicks from chats in Brazil: all days and apps.
    let mut expected = Estimate::ZERO;
    for cell in (2..31 * App::COUNT * 3).step_by(3) {
        let brazil = |s: &Stratum| s.market.name() == "brazil";
        expected.add(&by_definition(
            &frame,
            &tallies,
            TableId::Clicks,
            cell,
            brazil,
        ));
    }
    let key = Key::of("ad_clicks")
        .with(Column::Market, "brazil")
        .with(Column::Source, "chat");
    assert!(close(&row(key), &expected));

    // People reached on the third day, in the EU.
    let eu = |s: &Stratum| s.market.name() == "eu";
    let expected = by_definition(&frame, &tallies, TableId::ReachedDay, 2, eu);
    let key = Key::of("people_reached_by_chat_ads")
        .with(Column::Day, "2025-12-03")
        .with(Column::Market, "eu");
    assert!(close(&row(key), &expected));
}

#[test]
fn what_has_no_topic_has_a_row_that_closes_the_sum() {
    let (frame, tallies) = base_alone();
    let estimates = estimates();
    let row = |key: Key| *estimates.get(0, &key).unwrap();
    let none = |measure: &'static str| Key::of(measure).with(Column::Topic, "none");

    // Chats about nothing: the first subject.
    let expected = by_definition(&frame, &tallies, TableId::ChatsSubject, 0, |_| true);
    assert!(close(&row(none("chats")), &expected));

    // Items shown for no signal: source 0 on every day in every app. None of the others is without a topic.
    let mut expected = Estimate::ZERO;
    for cell in (0..31 * App::COUNT * 3).step_by(3) {
        expected.add(&by_definition(
            &frame,
            &tallies,
            TableId::Organic,
            cell,
            |_| true,
        ));
    }
    assert!(close(&row(none("organic_items")), &expected));
    let from = |source: &'static str| row(none("organic_items").with(Column::Source, source));
    assert!(close(&from("broad"), &expected));
    for source in ["behaviour", "chat"] {
        assert_eq!(from(source), Estimate::ZERO);
    }
}

#[test]
fn cuts_of_an_additive_measure_add_up_to_its_total() {
    let estimates = estimates();
    let total = *estimates.get(0, &Key::of("ad_spend_usd")).unwrap();
    for columns in [
        &[Column::Day][..],
        &[Column::Market],
        &[Column::Age],
        &[Column::App],
        &[Column::Source],
        &[Column::Day, Column::Market],
        &[Column::Day, Column::App],
        &[Column::Market, Column::App],
        &[Column::Market, Column::Age],
        &[Column::Market, Column::Age, Column::Source],
    ] {
        let mut sum = Estimate::ZERO;
        for row in estimates.rows().filter(|r| r.arm == "base") {
            let set = Column::ALL.iter().filter(|c| !row.key.get(**c).is_empty());
            if row.key.measure() == "ad_spend_usd" && set.eq(&sorted(columns)) {
                sum.add(row.estimate);
            }
        }
        assert!(close(&sum, &total), "{columns:?}");
    }
}

fn sorted(columns: &[Column]) -> Vec<Column> {
    let mut columns = columns.to_vec();
    columns.sort();
    columns
}

#[test]
fn people_are_those_represented_and_have_no_error() {
    let estimates = estimates();
    let users = Key::of("people").with(Column::Bucket, "assistant");
    for (key, people) in [(users, 11e6), (Key::of("people"), 44e6)] {
        let row = estimates.get(0, &key).unwrap();
        assert!((row.value - people).abs() < 1e-3);
        assert_eq!(row.std_error(), Some(0.0));
    }
}

#[test]
fn how_shards_were_batched_does_not_show() {
    let frame = frame(&["base", "other"]);
    let mut whole = Estimator::new(frame.clone()).unwrap();
    let mut shards = Estimator::new(frame.clone()).unwrap();
    for s in 0..frame.strata.len() {
        let groups = groups(&frame, s, 1.0);
        fold(&mut whole, s, groups.clone()).unwrap();
        // Each tally cut into three shards by cell values, which arrive in other orders, some merged before.
        for g in (0..groups.len()).rev() {
            let shard = |part: fn(i64) -> i64| -> Vec<Tally> {
                let cut = |t: &Tally| t.cells.iter().map(|c| part(*c)).collect();
                groups[g].iter().map(|t| Tally { cells: cut(t) }).collect()
            };
            let mut first = shard(|c| c / 5);
            for (tally, other) in first.iter_mut().zip(&shard(|c| c / 3)) {
                tally.merge(other);
            }
            let last = shard(|c| c - c / 3 - c / 5);
            let pair = if g % 2 == 0 {
                [first, last]
            } else {
                [last, first]
            };
            for tallies in pair {
                shards.add(s, g, tallies).unwrap();
            }
        }
    }
    let (whole, shards) = (whole.finish().unwrap(), shards.finish().unwrap());
    assert_eq!(whole.rows().count(), shards.rows().count());
    for (a, b) in whole.rows().zip(shards.rows()) {
        assert_eq!(a.key, b.key);
        let bits = |e: &Estimate| (e.value.to_bits(), e.replicates.map(f64::to_bits));
        assert_eq!(bits(a.estimate), bits(b.estimate), "{}", a.key);
    }
}

/// What a question leaves out is not summed, and changes nothing of what it keeps.
#[test]
fn rows_that_are_wanted_are_those_of_the_whole() {
    let estimates = |detail| {
        let frame = Frame {
            detail,
            ..frame(&["base", "other"])
        };
        let mut estimator = Estimator::new(frame.clone()).unwrap();
        for s in 0..frame.strata.len() {
            fold(&mut estimator, s, groups(&frame, s, 1.0)).unwrap();
        }
        estimator.finish().unwrap()
    };
    let few = |_: &str, columns: &[Column]| {
        let kept = |c: &Column| matches!(c, Column::Market | Column::Bucket);
        columns.iter().all(kept)
    };
    let (full, wanted) = (estimates(Detail::Full), estimates(Detail::Only(few)));
    let bits = |e: &Estimate| (e.value.to_bits(), e.replicates.map(f64::to_bits));
    for row in wanted.rows() {
        let arm = full.arms().iter().position(|arm| arm == row.arm).unwrap();
        let same = full.get(arm, row.key).unwrap();
        assert_eq!(bits(row.estimate), bits(same), "{}", row.key);
    }
    let told = |key: &Key| {
        let columns = Column::ALL.into_iter();
        let told: Vec<Column> = columns.filter(|c| !key.get(*c).is_empty()).collect();
        few("", &told)
    };
    let keys: Vec<&Key> = full.keys().filter(|key| told(key)).collect();
    assert_eq!(wanted.keys().collect::<Vec<_>>(), keys);
    let all = full.keys().len();
    assert!(
        keys.len() > 50 && keys.len() < all / 2,
        "{} of {all}",
        keys.len()
    );
}

#[test]
fn a_group_may_outgrow_a_tally() {
    let frame = frame(&["base"]);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    let mut full = Tally::new(&frame.layout);
    full.cells[frame.layout.offset(TableId::Quit)] = i64::MAX - 1;
    for _ in 0..4 {
        estimator.add(0, 0, vec![full.clone()]).unwrap();
    }
    for s in 1..frame.strata.len() {
        let nothing = vec![vec![Tally::new(&frame.layout)]; estimator.groups(s)];
        fold(&mut estimator, s, nothing).unwrap();
    }
    let estimates = estimator.finish().unwrap();
    let quit = estimates.get(0, &Key::of("people_quit_assistant")).unwrap();
    let expected = 4.0 * 2f64.powi(31) * frame.strata[0].weight();
    assert!((quit.value / expected - 1.0).abs() < 1e-12);
}

#[test]
fn a_tally_that_is_full_is_refused() {
    let frame = frame(&["base"]);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    let mut full = Tally::new(&frame.layout);
    full.cells[frame.layout.offset(TableId::Spend)] = i64::MAX;
    let refused = estimator.add(0, 0, vec![full]);
    assert!(matches!(
        refused,
        Err(OutcomeError::Full {
            stratum: 0,
            group: 0
        })
    ));
}

#[test]
fn prices_are_spend_over_impressions() {
    let estimates = estimates();
    let key = Key::of("ad_spend_usd").with(Column::Age, "25-34");
    let spend = estimates.get(2, &key).unwrap();
    let impressions = estimates.get(2, &key.renamed("ad_impressions")).unwrap();
    let price = estimates
        .get(2, &key.renamed("price_per_mille_usd"))
        .unwrap();
    assert_eq!(price.value, spend.value / impressions.value * 1000.0);
    // A ratio of flows of the same people: far more certain than either.
    let relative = |e: &Estimate| e.std_error().unwrap() / e.value;
    assert!(relative(price) > 0.0 && relative(price) < 3.0 * relative(spend));
}

#[test]
fn topics_per_person_counts_assistant_users_only() {
    let frame = frame(&["base"]);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    for (s, stratum) in frame.strata.iter().enumerate() {
        let tallies: Vec<Vec<Tally>> = (0..estimator.groups(s))
            .map(|g| {
                let range = stratum.group(g);
                let people = (range.end - range.start) as i64;
                let mut tally = Tally::new(&frame.layout);
                let mut count = |table, n: i64| tally.add(frame.layout.cell(table, []), n as f64);
                count(TableId::People, people);
                count(TableId::TopicsAds, 3 * people);
                // The users of every second group got 1 ad each, the others none.
                let got = if stratum.assistant && g % 2 == 0 {
                    people
                } else {
                    0
                };
                for table in [TableId::SpreadPeople, TableId::SpreadAds] {
                    tally.add(frame.layout.cell(table, [32]), got as f64);
                }
                vec![tally]
            })
            .collect();
        fold(&mut estimator, s, tallies).unwrap();
    }
    let estimates = estimator.finish().unwrap();
    let topics = estimates.get(0, &Key::of("topics_per_person_ads")).unwrap();
    assert!((topics.value - 3.0).abs() < 1e-12);
    let gini = estimates.get(0, &Key::of("gini_chat_ads")).unwrap();
    // With a share p of equals and nothing for the rest, the coefficient is 1 - p; halves differ by a person a stratum.
    assert!((gini.value - 0.5).abs() < 0.02, "{}", gini.value);
    assert!(gini.std_error().is_some_and(|e| e > 0.0));
    let held = |top: &'static str| {
        let key = Key::of("chat_ads_held_by_top").with(Column::Bucket, top);
        estimates.get(0, &key).unwrap().value
    };
    // One half of people have all of it, each as much.
    assert!(
        (held("top 10 %") - 0.2).abs() < 0.01,
        "{}",
        held("top 10 %")
    );
    assert!((held("top 60 %") - 1.0).abs() < 1e-9);
}

#[test]
fn numbers_per_person_are_over_all_habits_or_one_of_them() {
    let estimates = estimates();
    let habits = ["habit-1", "habit-2", "habit-3", "habit-4", "habit-5"];
    let of = |key: &Key| estimates.get(2, key).unwrap();
    for age in ["", "25-34"] {
        let cut = Key::of("chat_ads_per_person").with(Column::Age, age);
        let sum = |measure: &'static str| -> f64 {
            let key = cut.renamed(measure);
            let parts = habits.map(|h| of(&key.clone().with(Column::Bucket, h)).value);
            parts.iter().sum()
        };
        let expected = sum("chat_ads_by_habit") / sum("people_by_habit");
        assert!((of(&cut).value / expected - 1.0).abs() < 1e-12, "{age}");
    }
    let one = |measure: &'static str| of(&Key::of(measure).with(Column::Bucket, habits[3]));
    let per_person = one("chat_ads_per_person");
    let ratio = one("chat_ads_by_habit").value / one("people_by_habit").value;
    assert_eq!(per_person.value, ratio);
    assert!(
        one("ad_categories_per_person")
            .std_error()
            .is_some_and(|e| e > 0.0)
    );
}

#[test]
fn treated_and_control_are_told_apart_only_where_an_arm_splits() {
    let estimates = estimates();
    let key = Key::of("split_ad_clicks").with(Column::Bucket, "treated");
    for (arm, name) in estimates.arms().iter().enumerate() {
        assert_eq!(estimates.get(arm, &key).is_some(), name == "split");
    }
    let names: Vec<&str> = estimates.rows().map(|r| r.key.measure()).collect();
    let declared: Vec<&str> = crate::measure_names().collect();
    let mut last = 0;
    let arm_starts = estimates.rows().count() / 4;
    for name in &names[..arm_starts / 2] {
        let place = declared.iter().position(|d| d == name).unwrap();
        assert!(place >= last, "{name} stands after {}", declared[last]);
        last = place;
    }
}

#[test]
fn strata_come_once_and_in_order() {
    let frame = frame(&["base"]);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    let all = |e: &mut Estimator, s: usize| fold(e, s, groups(&frame, s, 1.0));
    let one = || groups(&frame, 0, 1.0).remove(0);
    all(&mut estimator, 0).unwrap();
    assert!(all(&mut estimator, 2).is_err());
    all(&mut estimator, 1).unwrap();
    assert!(all(&mut estimator, 0).is_err());
    assert!(estimator.add(999, 0, one()).is_err());
    assert!(estimator.add(2, REPLICATES, one()).is_err());
    assert!(estimator.add(2, 0, one()).is_ok());
    assert!(estimator.finish().is_err());
}

#[test]
fn tallies_of_another_shape_are_refused() {
    let frame = frame(&["base"]);
    let mut estimator = Estimator::new(frame.clone()).unwrap();
    let good = groups(&frame, 0, 1.0).remove(0);
    let mut two_arms = good.clone();
    two_arms.push(Tally::new(&frame.layout));
    assert!(estimator.add(0, 0, two_arms).is_err());
    let mut short = good.clone();
    short[0].cells.pop();
    assert!(estimator.add(0, 0, short).is_err());
    assert!(estimator.add(0, 0, good).is_ok());
}

/// Many totals of people who are independent and alike: the mean squared jackknife error must be the variance of the
/// total, `n w² σ²`, however many groups the stratum has. Scaled by `z`, errors of few groups are too large: by a factor of
/// 1.29 in the square for four.
#[test]
fn errors_are_right_on_average() {
    for (people, rounds, bound) in [(999, 4000, 0.03), (32, 4000, 0.06), (4000, 400, 0.06)] {
        let stratum = Stratum {
            people,
            ..frame(&["base"]).strata[0]
        };
        let factors = Factors::new(&stratum).unwrap();
        let mut squares = 0.0;
        for round in 0..rounds {
            let parts: Vec<i128> = (0..stratum.groups())
                .map(|g| {
                    let range = stratum.group(g);
                    let of = |i| Scale::Count.fix(noise(round * 1_000_003 + i)) as i128;
                    range.map(of).sum()
                })
                .collect();
            let mut sums = Sums::new(1);
            let mut brought = Brought::default();
            factors.weigh(&parts, Scale::Count.units(), &mut brought);
            sums.add(0, &brought, &factors);
            let estimate = sums.estimate(0);
            let error = estimate.std_error().unwrap();
            squares += error * error;
        }
        let expected = people as f64 * stratum.weight() * stratum.weight() / 12.0;
        let ratio = squares / rounds as f64 / expected;
        // Each squared error is nearly χ² with as many degrees of freedom as groups less one (32 people: 3, 999: 15, 4000:
        // 31): the mean's relative error is 1.3, 0.6 and 1.3 %. Groups that differ by a leaf in their size add little.
        assert!((ratio - 1.0).abs() < bound, "{people} people: {ratio}");
    }
}
