//! **The same for each of many things**, on several threads.
//!
//! * **In:** things, and a function.
//! * **Out:** its results, in the order of the things.
//! * **Never:** a word about what is run, or a result that depends on the number of threads.
//!
//! A solver's context belongs to one thread, and whoever asks it may begin threads of their own: with a pool that all of them share, a
//! worker would wait for work that only it could do. So each call has threads of its own, which are few and live long.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// How many threads can run at once.
pub fn available() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The results of a function on each item, in the order of the items; begun in that order, by at most so many threads.
///
/// # Panics
///
/// Where the function does.
pub fn each<T: Sync, R: Send>(threads: usize, items: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        while let Some((at, item)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            items.get(at).map(|item| (at, item))
        } {
            own.push((at, run(item)));
        }
        own
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads.min(items.len())).map(|_| scope.spawn(work)).collect();
        let ended = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.flat_map(|one| one.unwrap_or_else(|fault| std::panic::resume_unwind(fault))).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The same, with each result handed over as soon as all before it are.
///
/// # Panics
///
/// Where the function does.
pub fn in_order<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    run: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R),
) {
    let (next, run) = (&AtomicUsize::new(0), &run);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            let sender = sender.clone();
            scope.spawn(move || {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    if sender.send((at, run(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let (mut waiting, mut due) = (BTreeMap::new(), 0);
        for (at, result) in receiver {
            waiting.insert(at, result);
            while let Some(result) = waiting.remove(&due) {
                take(result);
                due += 1;
            }
        }
    });
}
