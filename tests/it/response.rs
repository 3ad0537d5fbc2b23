//! How long keys take to the screen (SPEC §9): counted by the day, the 99th of a hundred against sorting them all.

use proptest::prelude::*;
use ringdesk::tui::model::Response;

proptest! {
    #[test]
    fn so_many_of_a_hundred_are_within(times in proptest::collection::vec(0..3_000i64, 1..300), percent in 1..=100u64) {
        let mut response = Response::default();
        // Yesterday's are forgotten.
        response.note(6, 1_999);
        times.iter().for_each(|time| response.note(7, *time));
        let mut sorted: Vec<i64> = times.iter().map(|time| (*time).min(2_000)).collect();
        sorted.sort_unstable();
        let at = (sorted.len() as u64 * percent).div_ceil(100) as usize - 1;
        prop_assert_eq!(response.within(percent), Some(sorted[at]));
        prop_assert_eq!(response.keys(), times.len() as u64);
    }
}

#[test]
fn without_keys_there_is_no_time() {
    assert_eq!(Response::default().within(99), None);
}
