package queue

import (
	"encoding/json"
	"errors"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

const bytesOfAnyKind = "caf\xe9 \x01\"\\</é漢"

func someEntry() vfs.Entry {
	return vfs.Entry{
		Name: bytesOfAnyKind, Type: vfs.File, Size: 1 << 40, ModTime: time.Unix(1e9, 5e8).UTC(),
		Precision: vfs.PrecisionMinute, Mode: 0o640, ModeKnown: true, Owner: "\xff", Group: "g", Target: "\xfe/x",
	}
}

// TestBatchesSurvive whatever bytes their names have, with each field of a request.
func TestBatchesSurvive(t *testing.T) {
	rule := RuleNewer
	req := Request{FromDir: "/a/" + bytesOfAnyKind, ToDir: "\xff", Sources: []Source{{Entry: someEntry(), As: "\xfd"}}}
	fill(t, reflect.ValueOf(&req).Elem())
	for _, answer := range []*Rule{nil, &rule} {
		b := &batch{id: 7, req: req, route: route{"local", "ftp://x"}, tied: true, answer: answer}
		got, err := restoreBatch(keepBatch(b))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.req, req) || !got.tied || got.id != 7 || !reflect.DeepEqual(got.answer, answer) {
			t.Errorf("got %+v\nwant %+v", got.req, req)
		}
		if got.direction != Up || got.route != b.route {
			t.Errorf("from %v it goes %v", got.route, got.direction)
		}
	}
}

// fill gives each plain field that is zero another value, so that one which is not kept is noticed.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.IsZero() || !f.CanSet() {
			continue
		}
		switch f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Uint8:
			f.SetUint(1)
		case reflect.Int, reflect.Int64:
			f.SetInt(3)
		case reflect.Float64:
			f.SetFloat(3.5)
		case reflect.String:
			f.SetString("text")
		case reflect.Slice:
			if f.Type().Elem().Kind() == reflect.String {
				f.Set(reflect.Append(f, reflect.ValueOf("text").Convert(f.Type().Elem())))
			}
		case reflect.Struct:
			if f.Type() == reflect.TypeFor[time.Time]() {
				f.Set(reflect.ValueOf(time.Unix(5, 0).UTC()))
			} else {
				fill(t, f)
			}
		default:
		}
	}
}

// TestCopyingSurvives: a field that the journal does not keep would be lost at a restart.
func TestCopyingSurvives(t *testing.T) {
	kept := map[string]bool{
		"from": true, "to": true, "source": true, "rule": true, "overwrite": true, "begin": true, "look": true,
		"looks": true, "finishing": true, "verify": true, "keepMode": true, "inPlace": true, "follow": true,
		"segments": true, "named": true, "move": true, "check": true,
		"broke":  true, // the batch has it
		"parked": true, // its item tells
	}
	for i := range reflect.TypeFor[copying]().NumField() {
		if name := reflect.TypeFor[copying]().Field(i).Name; !kept[name] {
			t.Errorf("copying.%s is not kept by the journal (see keptCopying), or this test does not know", name)
		}
	}
	it := &item{Item: Item{From: "/f", To: "/t"}, failures: 2, copy: &copying{
		from: "/f", to: "/t", source: someEntry(), rule: RuleSize, overwrite: true, begin: onPartial, look: true,
		looks: 3, finishing: true, verify: 1, keepMode: true, inPlace: true, follow: true, segments: 2, named: "\xff",
		move: true, check: true,
	}}
	again := &item{Item: it.Item, frozen: it.how()}
	if how := again.how(); how != it.how() {
		t.Errorf("frozen it is kept as %s", how)
	}
	again.thaw()
	if *again.copy != *it.copy || again.failures != it.failures || again.frozen != "" {
		t.Errorf("got %+v\nwant %+v", again, it)
	}
	if (&item{}).how() != "" {
		t.Error("what cannot be copied can be copied")
	}
	broken := &item{Item: it.Item, frozen: "{"}
	broken.thaw()
	if broken.copy.source.Size != vfs.SizeUnknown || !broken.copy.look {
		t.Errorf("what cannot be read became %+v", broken.copy)
	}
}

func TestItemsSurvive(t *testing.T) {
	it := Item{
		ID: 3<<processShift | 9, Batch: 3<<processShift | 1, Direction: Down, FromID: "ftp://x", ToID: "local",
		From: "/a/" + bytesOfAnyKind, To: "/b\xff", Name: "n\xfe", Folder: true, Size: 10, Moved: 4, Speed: 2.5, Left: -1,
		Note: "\xfd", Proof: ProofHash, Tries: 3, Started: time.UnixMicro(1e15), Ended: time.UnixMicro(2e15),
		Place: -5, Until: time.UnixMicro(3e15), Clash: &Clash{someEntry(), someEntry()}, State: Asking,
	}
	way := route{it.FromID, it.ToID}
	for state := Waiting; state <= Cancelled; state++ {
		it.State, it.Left = state, -1
		switch state {
		case Running:
			it.Left = 2400 * time.Millisecond
		case Done:
			it.Left = 0
		}
		row := keepItem(&it, "")
		got := restoreItem(&row, way)
		if *got.Clash != *it.Clash {
			t.Errorf("the question became %+v", got.Clash)
		}
		if got.Clash = it.Clash; got != it {
			t.Errorf("got %+v\nwant %+v", got, it)
		}
	}
	if got := restoreItem(&journal.Item{State: "perhaps"}, way); got.State != Failed {
		t.Errorf("an unknown state became %v", got.State)
	}
}

// TestQuirk109SizesThatWrap: 32 bits tell the same of both, with a sign or without.
func TestQuirk109SizesThatWrap(t *testing.T) {
	for told, came := range map[int64]int64{1 << 30: 5 << 30, 0: 1 << 32, 7: 1<<32 + 7} {
		if !sameIn32Bits(came, told) || sameIn32Bits(came+1, told) {
			t.Errorf("%d octets, told as %d", came, told)
		}
	}
}

// TestFoldersSurvive: a field that the journal does not keep would be lost at a restart.
func TestFoldersSurvive(t *testing.T) {
	known := map[string]bool{
		"batch": true, "from": true, "to": true, "name": true, "depth": true, "sources": true, "exists": true,
		"claims": true, "real": true, "hops": true, "walks": true, "item": true, "queued": true, "later": true,
		"sweep":  true,
		"broke":  true, // the batch has it
		"parked": true, // its item tells
	}
	for i := range reflect.TypeFor[folder]().NumField() {
		if name := reflect.TypeFor[folder]().Field(i).Name; !known[name] {
			t.Errorf("folder.%s is not kept by the journal, or this test does not know", name)
		}
	}
	f := &folder{real: "/r\xff", hops: []string{"/a", "/\xfe"}, sweep: true}
	var again folder
	again.thaw(f.how())
	if again.real != f.real || !again.sweep || !reflect.DeepEqual(again.hops, f.hops) || (&folder{}).how() != "" {
		t.Errorf("got %+v", again)
	}
}

func TestReasonsSurvive(t *testing.T) {
	deep := &vfs.Failure{Step: "list \xff", On: "x:21", Said: "no", Hint: "Try.", Kind: vfs.ErrBusy, Err: fs.ErrClosed}
	for _, c := range []struct{ err, is error }{
		{nil, nil},
		{deep, vfs.ErrBusy},
		{ErrCancelled, ErrCancelled},
		{ErrInterrupted, ErrInterrupted},
		{errThere, nil},
		{&vfs.Failure{Step: "try", Kind: fs.ErrExist}, fs.ErrExist},
	} {
		got := restoreReason(keepReason(c.err))
		if told(got) != told(c.err) || c.is != nil && !errors.Is(got, c.is) {
			t.Errorf("%v became %v", c.err, got)
		}
	}
	if told(restoreReason("{")) != "{" || restoreClash("{") != nil {
		t.Error("nonsense was read")
	}
}

func TestRawIsExact(t *testing.T) {
	for _, s := range []string{"", "plain", bytesOfAnyKind, "\xff\xfe\x00", "\u2028<>&"} {
		text, err := json.Marshal(raw(s))
		var back raw
		if err != nil || json.Unmarshal(text, &back) != nil || string(back) != s {
			t.Errorf("%q became %s, then %q (%v)", s, text, back, err)
		}
	}
}

func TestItemIDs(t *testing.T) {
	for id, text := range map[ItemID]string{12: "12", 7<<processShift | 12: "7.12", 1<<62 | 1: "1073741824.1"} {
		back, err := ParseItemID(text)
		if id.String() != text || err != nil || back != id {
			t.Errorf("%d is told as %s and read as %d, %v", uint64(id), id, back, err)
		}
	}
	for _, text := range []string{"", "x", "1.", ".1", "1.2.3", "-1", "1.0", "0", "99999999999999"} {
		if id, err := ParseItemID(text); err == nil {
			t.Errorf("%q was read as %s", text, id)
		}
	}
}
