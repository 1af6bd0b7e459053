//! stub
use super::analysis::{Analysis, Options};
/// stub
pub fn propose(_a:&Analysis,_o:&Options)->Result<String,String>{Ok(String::new())}
