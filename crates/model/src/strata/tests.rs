use super::*;

/// A world of 4,000 M people of whom 1,000 M use the assistant, younger people more often.
fn world() -> Population {
    let family = [
        310.0, 400.0, 56.0, 40.0, 160.0, 800.0, 220.0, 700.0, 190.0, 420.0, 704.0,
    ];
    Population {
        family_people: family,
        assistant_users: family.map(|f| f / 4.0),
        age_shares: [[0.07, 0.19, 0.26, 0.19, 0.13, 0.09, 0.07]; Market::COUNT],
        tilts: [[1.3, 1.6, 1.2, 0.9, 0.7, 0.5, 0.4]; Market::COUNT],
    }
}

#[test]
fn the_list_is_in_index_order() {
    for (i, stratum) in strata(&world(), 1_000_000).iter().enumerate() {
        assert_eq!(stratum.index() as usize, i);
    }
}

#[test]
fn a_billion_people_weigh_one_each() {
    let list = strata(&world(), 1_000_000_000);
    let users = list.iter().filter(|s| s.assistant);
    assert!(users.clone().all(|s| s.weight() == 1.0));
    assert_eq!(users.map(|s| s.people).sum::<u64>(), 1_000_000_000);
    let others: u64 = list.iter().filter(|s| !s.assistant).map(|s| s.people).sum();
    assert_eq!(others, 62_500_000);
}

#[test]
fn counts_sum_to_people_unless_the_floor_forbids() {
    let represented: Vec<f64> = (0..77).map(|i| f64::from(i * i * i) + 0.3).collect();
    for people in [2464, 2465, 5000, 9999, 123_457, 987_654_321] {
        let counts = allocate(&represented, people, 32);
        assert_eq!(counts.iter().sum::<u64>(), people);
        assert!(counts.iter().all(|c| *c >= 32));
    }
    assert_eq!(allocate(&represented, 2463, 32), vec![32; 77]);
    assert_eq!(allocate(&represented, 1, 32), vec![32; 77]);
}

#[test]
fn shares_above_the_floor_are_met_within_one_person() {
    let represented = [3.0, 50.0, 947.0];
    assert_eq!(allocate(&represented, 1000, 0), vec![3, 50, 947]);
    let counts = allocate(&represented, 1000, 32);
    assert_eq!(counts[0], 32);
    assert!((counts[2] as f64 - 968.0 * 947.0 / 997.0).abs() < 1.0);
}

#[test]
fn nobody_represents_nobody() {
    assert_eq!(allocate(&[0.0, 5.0, 0.0], 100, 32), vec![0, 100, 0]);
    assert_eq!(allocate(&[0.0; 3], 100, 32), vec![0; 3]);
    let mut population = world();
    population.family_people[0] = 0.0;
    for stratum in &strata(&population, 10_000)[..14] {
        assert_eq!((stratum.people, stratum.weight()), (0, 0.0));
    }
}

#[test]
fn markets_keep_their_totals() {
    let population = world();
    let all = represented(&population);
    for m in 0..Market::COUNT {
        let cells = &all[m * 14..(m + 1) * 14];
        let users: f64 = cells.iter().step_by(2).sum();
        assert_eq!(users, population.assistant_users[m] * 1e6);
        assert_eq!(cells.iter().sum::<f64>(), population.family_people[m] * 1e6);
    }
}

#[test]
fn excess_users_of_an_age_go_to_the_others() {
    let mut population = world();
    population.assistant_users[0] = 300.0;
    let all = represented(&population);
    let users: Vec<f64> = (0..7).map(|a| all[2 * a]).collect();
    let others: Vec<f64> = (0..7).map(|a| all[2 * a + 1]).collect();
    assert_eq!(users.iter().sum::<f64>(), 300e6);
    assert!(others.iter().all(|o| *o >= 0.0));
    // The most eager ages are full; those that are not keep the ratio of share × tilt.
    assert_eq!(&others[..5], &[0.0; 5]);
    assert!((users[5] / users[6] - 0.09 * 0.5 / (0.07 * 0.4)).abs() < 1e-6);

    population.assistant_users[0] = 500.0;
    let all = represented(&population);
    assert_eq!(all[..14].iter().step_by(2).sum::<f64>(), 310e6);
    assert!(all[..14].iter().skip(1).step_by(2).all(|o| *o == 0.0));
}

#[test]
fn ages_with_no_pull_stay_empty() {
    let mut population = world();
    population.tilts[2] = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let all = represented(&population);
    assert_eq!(all[28], 0.0);
    assert_eq!(all[30], 56e6 * 0.19);
}

#[test]
fn groups_are_contiguous_and_of_whole_leaves() {
    for people in [32, 33, 63, 64, 65, 255, 256, 257, 1000, 4096, 999_999_937] {
        let stratum = Stratum {
            people,
            ..strata(&world(), 1000)[0]
        };
        let (mut next, count) = (0, stratum.groups());
        let leaves = people.div_ceil(64);
        assert!((FEWEST_GROUPS..=REPLICATES).contains(&count));
        for g in 0..count {
            let range = stratum.group(g);
            assert_eq!(range.start, next);
            next = range.end;
            assert!(!range.is_empty());
            if leaves >= count as u64 {
                assert_eq!(range.start % 64, 0, "{people} people, group {g}");
                let own = (range.end - range.start).div_ceil(64);
                let least = leaves / count as u64;
                assert!(own == least || own == least + 1);
            }
        }
        assert_eq!(next, people);
        let whole = Stratum {
            whole: true,
            ..stratum
        };
        assert_eq!((whole.groups(), whole.group(0)), (1, 0..people));
    }
}

#[test]
fn every_group_has_a_replicate_of_its_own() {
    let mut left_out = [0.0; REPLICATES];
    for own in strata(&world(), 1000) {
        for people in [32, 300, 1000, 100_000] {
            let stratum = Stratum { people, ..own };
            let mut taken = [false; REPLICATES];
            for g in 0..stratum.groups() {
                let r = stratum.replicate(g);
                assert!(!std::mem::replace(&mut taken[r], true));
                let range = stratum.group(g);
                left_out[r] += (range.end - range.start) as f64 / people as f64;
            }
        }
    }
    let mean = left_out.iter().sum::<f64>() / REPLICATES as f64;
    assert!(
        left_out.iter().all(|x| (x / mean - 1.0).abs() < 0.1),
        "{left_out:?}"
    );
}
