//! Functions touched, through git's own hunks: in each language one deep in a body, one new, and none beside them.

use crate::rig::Fixture;

/// Commits one text after the other, and gives `name +added -deleted` for each function that the second one touches.
fn touched(path: &str, old: &str, new: &str) -> Vec<String> {
    let fixture = Fixture::new();
    fixture.write(path, old);
    fixture.commit("old");
    fixture.write(path, new);
    fixture.commit("new");
    let records = fixture.records();
    let functions = records[0]["files"][0]["functions"].as_array().unwrap();
    functions
        .iter()
        .map(|each| format!("{} +{} -{}", each["name"].as_str().unwrap(), each["added"], each["deleted"]))
        .collect()
}

/// Ten lines that are longer than git's context, at an indentation.
fn filler(indent: usize) -> String {
    format!("{}x();\n", " ".repeat(indent)).repeat(10)
}

#[test]
fn rust_methods_are_found_and_comments_between_them_are_not() {
    let body = filler(8);
    let old = format!(
        "impl A {{\n    pub async fn one<T>(&self) -> u8\n    where\n        T: X,\n    {{\n{body}        1\n{body}    }}\n\n{}    /// old\n    fn two() {{\n{body}    }}\n}}\n",
        "    // a long\n".repeat(8)
    );
    let new = old.replace("        1\n", "        2\n        3\n").replace("/// old", "/// new");
    assert_eq!(touched("a.rs", &old, &new), ["one +2 -1"]);
}

#[test]
fn a_renamed_function_is_two() {
    let body = filler(4);
    let old = format!("fn before() {{\n    1;\n{body}}}\n");
    assert_eq!(touched("a.rs", &old, &old.replace("before", "after")), ["before +0 -1", "after +1 -0"]);
}

#[test]
fn c_functions_are_found_and_prototypes_are_not() {
    let body = filler(4);
    let old = format!(
        "int far(int a,\n        int b);\n\nstatic struct x *one(int a,\n    int b)\n{{\n{body}out:\n    1;\n{body}}}\n\nstruct s {{\n    int old;\n}};\n"
    );
    let new = old
        .replace("    1;", "    2;")
        .replace("int old;", "int new;")
        .replace("int far(int a,", "int far(long a,");
    assert_eq!(touched("a.c", &old, &new), ["one +1 -1"]);
}

#[test]
fn python_methods_and_nested_functions_are_found() {
    let body = filler(8).replace(';', "");
    let old = format!(
        "class A:\n    def one(self,\n            a):\n{body}        1\n{body}\n    async def two(self):\n        def inner():\n            return 1\n        return inner\n\n\nTOP = 1\n"
    );
    let new = old
        .replace("        1\n", "        2\n")
        .replace("return 1", "return 2")
        .replace("TOP = 1", "TOP = 2");
    assert_eq!(touched("a.py", &old, &new), ["one +1 -1", "two +1 -1", "inner +1 -1"]);
}

#[test]
fn go_methods_are_found() {
    let body = filler(8).replace("        ", "\t").replace(';', "");
    let old = format!(
        "func (a *A[T]) One(b int) (c int) {{\n{body}\treturn 1\n}}\n\ntype X struct {{\n\tA int\n}}\n\nfunc Two() {{ old() }}\n"
    );
    let new = old.replace("return 1", "return 2").replace("A int", "A string").replace("old()", "new()");
    assert_eq!(touched("a.go", &old, &new), ["One +1 -1", "Two +1 -1"]);
}

#[test]
fn java_methods_are_found() {
    let body = filler(8);
    let old = format!(
        "public class A {{\n    int field = make(1);\n\n    public A(int a) {{\n        a = 1;\n    }}\n\n    @Override\n    public <T> List<T> one(Map<K, V> a)\n            throws X {{\n{body}        if (a) {{\n            return f(1);\n        }}\n{body}    }}\n\n    abstract void none(int a);\n}}\n"
    );
    let new = old
        .replace("make(1)", "make(2)")
        .replace("a = 1", "a = 2")
        .replace("f(1)", "f(2)")
        .replace("none(int", "none(long");
    assert_eq!(touched("A.java", &old, &new), ["A +1 -1", "one +1 -1"]);
}

#[test]
fn javascript_functions_are_found_however_they_are_written() {
    let body = filler(2);
    let old = format!(
        "app.use = function use(fn) {{\n{body}  1;\n{body}}};\n\nconst arrow = async (a) => {{\n  1;\n}};\n\nmodule.exports = {{\n  key: function (a) {{\n    1;\n  }},\n  short(a) {{\n    1;\n  }},\n}};\n\ndescribe('x', function () {{\n  1;\n}});\n"
    );
    let new = old.replace("1;", "2;");
    assert_eq!(touched("a.js", &old, &new), ["use +1 -1", "arrow +1 -1", "key +1 -1", "short +1 -1"]);
}

#[test]
fn prose_about_a_function_is_none() {
    let old = "it('gives a function with routes', function () {\n  1;\n});\n\nx('a function if { asked', function* named (a) {\n  1;\n});\n";
    assert_eq!(touched("a.js", old, &old.replace("1;", "2;")), ["named +1 -1"]);
}

#[test]
fn typescript_methods_are_found() {
    let body = filler(4);
    let old = format!(
        "export class A {{\n  private async one<T>(a: string): Promise<T> {{\n{body}    if (a) {{\n      return f(1);\n    }}\n{body}  }}\n\n  declared(a: number): void;\n}}\n"
    );
    assert_eq!(
        touched("a.ts", &old, &old.replace("f(1)", "f(2)").replace("number", "string")),
        ["one +1 -1"]
    );
}

#[test]
fn ruby_methods_are_found() {
    let body = filler(4).replace(';', "");
    let old = format!(
        "class A\n  # old\n  def self.one?(a)\n{body}    1\n{body}  end\n\n  # old\n  def two = old\nend\n"
    );
    let new = old.replace("    1\n", "    2\n").replace("= old", "= new").replace("# old", "# new");
    assert_eq!(touched("a.rb", &old, &new), ["one? +1 -1", "two +1 -1"]);
}

#[test]
fn other_languages_have_none() {
    assert!(touched("a.txt", "fn a() {\n1\n}\n", "fn a() {\n2\n}\n").is_empty());
}
