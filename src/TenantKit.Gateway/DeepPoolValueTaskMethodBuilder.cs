using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace TenantKit.Gateway;

/// <summary>Builds asynchronous methods whose state is kept in objects that are used again: for those that every request is in while it is at its app.</summary>
/// <remarks>
/// As .NET's <see cref="PoolingAsyncValueTaskMethodBuilder{TResult}"/>, which has room for one object per thread and one per processor. A gateway's
/// thread has dozens of requests under way, and then most of them have to be made anew. Here a thread keeps <see cref="OfAThread"/>, and all threads
/// together <see cref="OfAll"/> more, per method. As there, the result may be awaited once only.
/// </remarks>
/// <typeparam name="TResult">The result of the method.</typeparam>
internal struct DeepPoolValueTaskMethodBuilder<TResult>
{
    /// <summary>Objects of one method that a thread keeps.</summary>
    public const int OfAThread = 64;

    /// <summary>Objects of one method that are kept for whichever thread needs one.</summary>
    public const int OfAll = 1024;

    // A box once the method had to wait; a task when it failed before.
    private object? state;
    private TResult? result;

    public static DeepPoolValueTaskMethodBuilder<TResult> Create() => default;

    public readonly ValueTask<TResult> Task => state switch
    {
        null => new(result!),
        Box box => new(box, box.Version),
        var failed => new((Task<TResult>)failed),
    };

    // Leaves the caller's execution context as it was, whatever the method sets before it waits.
    public readonly void Start<TStateMachine>(ref TStateMachine machine)
        where TStateMachine : IAsyncStateMachine => default(AsyncTaskMethodBuilder).Start(ref machine);

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
        // Of use to builders that box the machine itself.
    }

    public void SetResult(TResult value)
    {
        if (state is Box box)
        {
            box.SetResult(value);
        }
        else
        {
            result = value;
        }
    }

    public void SetException(Exception exception)
    {
        if (state is Box box)
        {
            box.SetException(exception);
        }
        else
        {
            state = exception is OperationCanceledException cancelled ? Cancelled(cancelled) : System.Threading.Tasks.Task.FromException<TResult>(exception);
        }
    }

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine machine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(BoxFor(ref machine).Proceed);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(BoxFor(ref machine).Proceed);

    private Box<TStateMachine> BoxFor<TStateMachine>(ref TStateMachine machine)
        where TStateMachine : IAsyncStateMachine
    {
        if (state is not Box<TStateMachine> box)
        {
            // This builder is a part of the machine: what is set here is copied along.
            state = box = Box<TStateMachine>.Rent();
            box.Keep(ref machine);
        }

        box.Capture();
        return box;
    }

    // A completed task that keeps the exception with its own stack and message, as an asynchronous method of the framework's does.
    private static async Task<TResult> Cancelled(OperationCanceledException exception)
    {
        await System.Threading.Tasks.Task.CompletedTask;
        throw exception;
    }

    private abstract class Box : IValueTaskSource<TResult>
    {
        private ManualResetValueTaskSourceCore<TResult> source;

        public short Version => source.Version;

        public void SetResult(TResult value) => source.SetResult(value);

        public void SetException(Exception exception) => source.SetException(exception);

        public TResult GetResult(short token)
        {
            if (token != source.Version)
            {
                throw new InvalidOperationException("The result was awaited before; keep it, or use AsTask().");
            }

            try
            {
                return source.GetResult(token);
            }
            finally
            {
                source.Reset();
                GiveBack();
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => source.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            source.OnCompleted(continuation, state, token, flags);

        protected abstract void GiveBack();
    }

    private sealed class Box<TStateMachine> : Box
        where TStateMachine : IAsyncStateMachine
    {
        private static readonly DefaultObjectPool<Box<TStateMachine>> Shared = new(new DefaultPooledObjectPolicy<Box<TStateMachine>>(), OfAll);
        private static readonly ContextCallback Run = static box => ((Box<TStateMachine>)box!).machine!.MoveNext();

        [ThreadStatic]
        private static Stack<Box<TStateMachine>>? ofThread;

        private TStateMachine? machine;
        private ExecutionContext? context;

        public Box() => Proceed = MoveNext;

        public Action Proceed { get; }

        public static Box<TStateMachine> Rent() => (ofThread ??= new(OfAThread)).TryPop(out var box) ? box : Shared.Get();

        public void Keep(ref TStateMachine of) => machine = of;

        public void Capture() => context = ExecutionContext.Capture();

        // The method is over and nobody looks at its state again, although it may be the one that is running: what follows it can be its last act.
        protected override void GiveBack()
        {
            (machine, context) = (default, null);
            var own = ofThread ??= new(OfAThread);
            if (own.Count < OfAThread)
            {
                own.Push(this);
            }
            else
            {
                Shared.Return(this);
            }
        }

        private void MoveNext()
        {
            if (context is { } captured)
            {
                ExecutionContext.Run(captured, Run, this);
            }
            else
            {
                machine!.MoveNext();
            }
        }
    }
}
