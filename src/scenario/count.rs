//! How many scenarios sets hold, alone and together.
//!
//! For one person (kind, identity provider, home, device) the values of the other dimensions are independent, so a set is a product and
//! counting it is multiplying. Of several sets together each scenario counts once: dimension by dimension, the values are taken together
//! that leave the same sets possible, which is a decision diagram that is counted while it is walked.

use std::collections::BTreeMap;

use num_bigint::BigUint;

use super::cube::Cube;
use super::dimension::{Dimension, Key};
use super::space::Space;
use crate::logic::Var;

/// For each dimension that counts the values of a set.
type Product = Vec<Vec<u16>>;

impl Space {
    /// How many consistent scenarios some of the sets hold, over the dimensions `free`; with fewer dimensions `counted`, how many
    /// combinations of their values such scenarios have.
    pub fn count(&self, sets: &[Cube], free: &dyn Fn(Var) -> bool, counted: &dyn Fn(Var) -> bool) -> BigUint {
        let counts = |dimension: &&Dimension| free(dimension.var) && counted(dimension.var);
        let dimensions: Vec<&Dimension> = self.dimensions.iter().filter(counts).collect();
        let mut total = BigUint::ZERO;
        let mut together: Vec<Product> = Vec::new();
        // Where all that tells people apart counts, no scenario is one of two people.
        let apart =
            self.dimensions.iter().filter(|d| is_personal(&d.key)).all(|d| !free(d.var) || counted(d.var));
        self.each_person(free, &mut |person| {
            let own: Vec<Product> =
                sets.iter().filter_map(|set| self.product(set, person, free, &dimensions)).collect();
            if apart {
                total += united(own);
            } else {
                together.extend(own);
            }
        });
        total + united(together)
    }

    /// The values that scenarios of a set have if they are of a person; `None` where there are none.
    fn product(
        &self,
        set: &Cube,
        person: &[(Var, u16)],
        free: &dyn Fn(Var) -> bool,
        counted: &[&Dimension],
    ) -> Option<Product> {
        let name = |key: &Key| {
            let of = |(var, value): &(Var, u16)| {
                let dimension = self.dimension(*var).filter(|dimension| dimension.key == *key)?;
                dimension.values.get(usize::from(*value)).map(String::as_str)
            };
            person.iter().find_map(of).unwrap_or_default()
        };
        let (kind, home, device) = (name(&Key::Kind), name(&Key::HomeTenant), name(&Key::DeviceTrust));
        let allowed = |dimension: &Dimension| -> Vec<u16> {
            let own = person.iter().find(|(var, _)| *var == dimension.var).map(|(_, value)| *value);
            let all = (0..dimension.values.len()).filter_map(|value| u16::try_from(value).ok());
            let all =
                all.filter(|value| own.is_none_or(|own| own == *value) && set.allows(dimension.var, *value));
            let all = all.filter(|value| own.is_some() || self.fits_person(dimension, *value, kind, home));
            all.filter(|value| device != "none" || !dimension.key.is_of_device() || *value == 0).collect()
        };
        let possible = |dimension: &&Dimension| !free(dimension.var) || !allowed(dimension).is_empty();
        self.dimensions
            .iter()
            .all(|dimension| possible(&dimension))
            .then(|| counted.iter().map(|dimension| allowed(dimension)).collect())
    }

    /// Calls back with each consistent combination of kind, identity provider, home and device.
    fn each_person(&self, free: &dyn Fn(Var) -> bool, visit: &mut dyn FnMut(&[(Var, u16)])) {
        let values = |key: &Key| -> Vec<(Option<Var>, u16, &str)> {
            let Some(dimension) = self.var(key).and_then(|var| self.dimension(var)) else {
                return vec![(None, 0, "")];
            };
            let all =
                (0..).zip(&dimension.values).map(|(value, name)| (Some(dimension.var), value, name.as_str()));
            all.take(if free(dimension.var) { usize::MAX } else { 1 }).collect()
        };
        let devices = values(&Key::DeviceTrust);
        for kind in values(&Key::Kind) {
            for provider in values(&Key::IdentityProvider) {
                for home in values(&Key::HomeTenant) {
                    if self.person_fits(kind.2, provider.2, home.2) {
                        for device in &devices {
                            let person = [kind, provider, home, *device];
                            let person: Vec<(Var, u16)> =
                                person.iter().filter_map(|(var, value, _)| Some(((*var)?, *value))).collect();
                            visit(&person);
                        }
                    }
                }
            }
        }
    }
}

fn is_personal(key: &Key) -> bool {
    matches!(key, Key::Kind | Key::IdentityProvider | Key::HomeTenant | Key::DeviceTrust)
}

/// How many points lie in some of the products.
fn united(mut products: Vec<Product>) -> BigUint {
    products.sort_unstable();
    products.dedup();
    let Some(first) = products.first().cloned() else { return BigUint::ZERO };
    // A dimension on which all agree is a factor of its own.
    let agree = |at: usize, values: &Vec<u16>| products.iter().all(|product| product.get(at) == Some(values));
    let (alike, differing): (Vec<_>, Vec<_>) =
        first.iter().enumerate().partition(|(at, values)| agree(*at, values));
    let factor: BigUint = alike.iter().map(|(_, values)| BigUint::from(values.len())).product();
    let left = |product: &Product| differing.iter().filter_map(|(at, _)| product.get(*at).cloned()).collect();
    let products: Vec<Product> = products.iter().map(left).collect();
    let all: Vec<usize> = (0..products.len()).collect();
    factor
        * Union { depth: differing.len(), within: within(&products), products, known: BTreeMap::new() }
            .from(0, &all)
}

/// For each dimension and two products whether from there on all of the first lies in the second.
fn within(products: &[Product]) -> Vec<Vec<Vec<bool>>> {
    let depth = products.first().map_or(0, Vec::len);
    let mut tails = vec![vec![vec![true; products.len()]; products.len()]];
    for at in (0..depth).rev() {
        let behind = tails.last().cloned().unwrap_or_default();
        let here = products.iter().zip(&behind).map(|(one, behind)| {
            let own = one.get(at).map_or(&[][..], Vec::as_slice);
            let holds = |(other, behind): (&Product, &bool)| {
                *behind && other.get(at).is_some_and(|other| own.iter().all(|value| other.contains(value)))
            };
            products.iter().zip(behind).map(holds).collect()
        });
        tails.push(here.collect());
    }
    tails.reverse();
    tails
}

struct Union {
    products: Vec<Product>,
    depth: usize,
    within: Vec<Vec<Vec<bool>>>,
    /// The points from a dimension on that lie in some of these products.
    known: BTreeMap<(usize, Vec<usize>), BigUint>,
}

impl Union {
    fn values(&self, product: usize, at: usize) -> &[u16] {
        self.products.get(product).and_then(|product| product.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Without products that from here on lie in another one: of two that are equal the first stays.
    fn largest(&self, at: usize, all: &[usize]) -> Vec<usize> {
        let within = |one: usize, other: usize| {
            self.within.get(at).and_then(|tail| tail.get(one)?.get(other)).copied().unwrap_or(false)
        };
        let covers = |one: usize, other: usize| {
            one != other && within(one, other) && (other < one || !within(other, one))
        };
        all.iter().copied().filter(|one| !all.iter().any(|other| covers(*one, *other))).collect()
    }

    fn from(&mut self, at: usize, all: &[usize]) -> BigUint {
        let left = self.largest(at, all);
        if let [one] = left.as_slice() {
            return (at..self.depth).map(|at| BigUint::from(self.values(*one, at).len())).product();
        }
        let key = (at, left);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        // For each value the products that have it; then the values of the same products together.
        let mut having: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for product in &key.1 {
            for value in self.values(*product, at) {
                having.entry(*value).or_default().push(*product);
            }
        }
        let mut alike: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        for left in having.into_values() {
            *alike.entry(left).or_default() += 1;
        }
        let total =
            alike.into_iter().map(|(left, values)| self.from(at + 1, &left) * values).sum::<BigUint>();
        self.known.insert(key, total.clone());
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_products_count_once() {
        // 2 × 2 and 1 × 3 share one point of a plane of 3 × 3.
        let products =
            vec![vec![vec![0, 1], vec![0, 1]], vec![vec![1], vec![0, 1, 2]], vec![vec![1], vec![2]]];
        assert_eq!(united(products), BigUint::from(5_u32));
        assert_eq!(united(Vec::new()), BigUint::ZERO);
        assert_eq!(united(vec![vec![vec![0, 1], Vec::new()], vec![vec![2], vec![3]]]), BigUint::from(1_u32));
    }
}
