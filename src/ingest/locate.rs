//! The line of a JSON pointer in a text.
//!
//! `serde_json` values carry no positions, so where an error has to be shown the text is scanned once more. The text was
//! parsed before, so this scanner may assume that it is well formed.

/// The 1-based line on which the value at `pointer` begins.
pub(super) fn line_of(text: &str, pointer: &str) -> Option<usize> {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    for step in &steps {
        scan.blanks();
        match scan.peek()? {
            b'{' => scan.enter_member(step)?,
            b'[' => scan.enter_item(step.parse().ok()?)?,
            _ => return None,
        }
    }
    scan.blanks();
    let before = text.as_bytes().get(..scan.at)?;
    Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',' || byte == b':') {
            self.at += 1;
        }
    }

    fn enter_member(&mut self, name: &str) -> Option<()> {
        self.at += 1;
        loop {
            self.blanks();
            if self.peek()? == b'}' {
                return None;
            }
            let start = self.at;
            self.skip_value()?;
            let key: String = serde_json::from_slice(self.bytes.get(start..self.at)?).ok()?;
            self.blanks();
            if key == name {
                return Some(());
            }
            self.skip_value()?;
        }
    }

    fn enter_item(&mut self, index: usize) -> Option<()> {
        self.at += 1;
        for _ in 0..index {
            self.blanks();
            if self.peek()? == b']' {
                return None;
            }
            self.skip_value()?;
        }
        self.blanks();
        (self.peek()? != b']').then_some(())
    }

    fn skip_value(&mut self) -> Option<()> {
        self.blanks();
        match self.peek()? {
            b'"' => self.skip_string(),
            b'{' | b'[' => {
                let mut depth = 0_usize;
                loop {
                    match self.peek()? {
                        b'"' => self.skip_string()?,
                        b'{' | b'[' => {
                            depth += 1;
                            self.at += 1;
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            self.at += 1;
                        }
                        _ => self.at += 1,
                    }
                    if depth == 0 {
                        return Some(());
                    }
                }
            }
            _ => {
                while self.peek().is_some_and(|b| !b.is_ascii_whitespace() && !b",]}:".contains(&b)) {
                    self.at += 1;
                }
                Some(())
            }
        }
    }

    fn skip_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }
}
