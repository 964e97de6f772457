from lib.checksums import checked_files, write_sums


def test_files_are_returned_as_long_as_they_are_intact(tmp_path):
    for name in ("a.deb", "b with space.deb"):
        (tmp_path / name).write_text(name)
    write_sums(tmp_path)
    names = [path.name for path in checked_files(tmp_path)]
    assert names == ["a.deb", "b with space.deb"]
    (tmp_path / "a.deb").write_text("something else")
    assert checked_files(tmp_path) == []


def test_a_missing_file_or_list_is_noticed(tmp_path):
    assert checked_files(tmp_path / "nowhere") == []
    (tmp_path / "a.deb").write_text("a")
    assert checked_files(tmp_path) == []
    write_sums(tmp_path)
    (tmp_path / "a.deb").unlink()
    assert checked_files(tmp_path) == []
