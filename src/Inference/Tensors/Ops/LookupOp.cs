namespace Tocsin.Inference.Tensors.Ops;

/// <summary>y[i] += table[ids[i]]: an embedding added in place.</summary>
internal sealed unsafe class LookupOp : TapeOp
{
    private Tensor _y;
    private int* _ids;
    private int _table;

    public static void AddTo(Tape tape, int table, int* ids, in Tensor y)
    {
        var rows = tape.Parameter(table);
        for (var i = 0; i < y.Rows; i++)
            tape.Kernels.Scaled(y.Columns, 1, rows.Row(ids[i]), y.Row(i), true);
        var op = tape.Next<LookupOp>();
        (op._y, op._table) = (y, table);
        op._ids = ids;
    }

    public override void Backward(Tape tape)
    {
        tape.Need(_y);
        var table = tape.Parameter(_table);
        tape.Need(table);
        for (var i = 0; i < _y.Rows; i++)
            tape.Kernels.Scaled(_y.Columns, 1, _y.GradRow(i), table.GradRow(_ids[i]), true);
    }
}
