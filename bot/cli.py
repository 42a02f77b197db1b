"""The command line: `wenxu …`. What a command needs is imported when it runs, so that `--help` is quick."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.ops.chinese import Command, Group, complaint
from bot.ops.console import complain, progress, say
from bot.ops.errors import OpsError
from bot.ops.insight_cli import insight
from bot.ops.papers_cli import papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from bot.settings import Settings

T = TypeVar("T")
UsageError: type[BaseException] = typer.BadParameter.__mro__[1]  # Typer does not export it


def load_settings(**overrides: Any) -> Settings:
    from bot.ops.config import load_settings as load

    return load(**overrides)


def group(help: str) -> typer.Typer:
    return typer.Typer(cls=Group, help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


app = group("问需：银行客户经理的拜访助手。第一次使用：wenxu serve --demo")
user = group("用户：增加、停用、解锁、改密码、列出")
bench = group("测速：与原装 Rasa 在同一次运行里比")
app.add_typer(user, name="user")
app.add_typer(bench, name="bench")
app.add_typer(insight, name="insight")
app.add_typer(papers, name="papers")
practice = group("对练：检查人物和评分标准，用脚本试一遍，导出主管判过的句子")
app.add_typer(practice, name="practice")

Paths = Annotated[list[Path], typer.Argument(help="CSV 或 Excel 文件，或放着它们的目录", show_default=False)]
Username = Annotated[str, typer.Argument(help="用户名", show_default=False)]


@app.command(cls=Command)
def serve(
    demo: Annotated[
        bool | None, typer.Option("--demo/--no-demo", help="载入样例客户和演示用户", show_default=False)
    ] = None,
    port: Annotated[int | None, typer.Option(help="应用端口（WENXU_PORT）", show_default=False)] = None,
    host: Annotated[str | None, typer.Option(help="监听地址（WENXU_HOST）", show_default=False)] = None,
    rasa_port: Annotated[int | None, typer.Option(help="对话服务端口（WENXU_RASA_PORT）", show_default=False)] = None,
) -> None:
    """启动全部服务并守护它们；没有模型时先训练。"""
    from bot.ops.serve import serve as run

    raise typer.Exit(run(load_settings(demo=demo, port=port, host=host, rasa_port=rasa_port)))


@app.command(cls=Command)
def train(
    force: Annotated[bool, typer.Option("--force", help="数据没变也重新训练")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON，给程序读")] = False,
) -> None:
    """训练对话模型；数据没有变化就跳过。"""
    from bot.ops.train import model_path
    from bot.ops.train import train as run

    settings = load_settings()
    if as_json:
        return _train_for_programs(force)
    if not force and (path := model_path(settings)).exists():
        return say(f"模型是最新的：{path}（要重新训练用 --force）")
    with progress("训练") as report:
        path = run(settings, report, force=force)
    return say(f"训练完成：{path}")


def _train_for_programs(force: bool) -> None:
    from bot.ops.train import train as run

    def report(text: str, fraction: float) -> None:
        print(json.dumps({"progress": round(fraction, 3), "detail": text}, ensure_ascii=False), flush=True)

    try:
        path = run(load_settings(), report, force=force)
    except Exception as error:
        print(json.dumps({"error": str(error) or type(error).__name__}, ensure_ascii=False), flush=True)
        raise
    report(str(path), 1.0)


@app.command("import", cls=Command)
def import_(
    paths: Paths,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查、不写入")] = False,
) -> None:
    """导入客户、联系人、持有产品和流水；有一处错就一条也不写入。

    wenxu import products 文件：导入产品目录（YAML）或本行的条款值（CSV、Excel）。
    """
    if paths and str(paths[0]) == "products" and not paths[0].exists():
        return _import_products(paths[1:], dry_run)
    from bot.store.importer import run_import

    with progress("导入") as report:
        result = run_import(
            load_settings(), paths, dry_run, lambda done, total, what: report(what, done / max(total, 1))
        )
    say("\n".join(result.lines()))
    raise typer.Exit(0 if result.ok else 1)


def _import_products(paths: list[Path], dry_run: bool) -> None:
    if len(paths) != 1:
        raise OpsError("一次导入一个产品文件", "例如：wenxu import products 产品.yml --dry-run")
    from bot.store.catalogue_import import run_import_products

    with progress("导入产品") as report:
        report(paths[0].name, 0.0)
        result = run_import_products(load_settings(), paths[0], dry_run)
        report("", 1.0)
    say("\n".join(result.lines()))
    raise typer.Exit(0 if result.ok else 1)


evaluate = typer.Typer(cls=Group, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(evaluate, name="evaluate")


@evaluate.callback(invoke_without_command=True)
def evaluate_all(
    context: typer.Context,
    gold: Annotated[Path | None, typer.Option(help="测试句目录", show_default="tests/nlu 下的 gold 和 gold2")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出全部数据")] = False,
    stock: Annotated[
        bool, typer.Option("--stock", help="与同样语料训练的标准 Rasa（DIET）相比；第一次要训练一刻钟以上")
    ] = False,
) -> None:
    """评测理解能力：各标签的准确率、混淆、校准、耗时，并与上一次比较。"""
    if context.invoked_subcommand:
        return None
    from bot.ops import evaluate as ops
    from bot.ops.evaluation_report import reports

    directories = [gold] if gold else ops.gold_dirs()
    with progress("评测") as report:
        if stock:
            from bot.ops.stock import beside_stock

            compared = [
                line for one in directories for line in [one.name, *beside_stock(load_settings(), one, report).lines()]
            ]
            report("", 1.0)
            return say("\n".join(compared))
        report("载入模型，读测试句", 0.0)
        figures = ops.evaluate(load_settings(), directories)
        report("", 1.0)
    return say(json.dumps(ops.as_json(figures), ensure_ascii=False, indent=2) if as_json else reports(figures))


@evaluate.command(cls=Command)
def review(
    export: Annotated[Path | None, typer.Option(help="把已判定的句子写成 JSONL", show_default=False)] = None,
    listing: Annotated[bool, typer.Option("--list", help="只列出，不逐句判定")] = False,
) -> None:
    """逐句判定用户指出过的误解；判定结果只供人参考，不会自动用于训练。"""
    from bot.ops.review import export_judged, judge, show

    settings = _migrated()
    if export is not None:
        return say(f"写出 {export_judged(settings, export)} 句到 {export}")
    return show(settings) if listing or not sys.stdin.isatty() else judge(settings)


@bench.command(cls=Command)
def turn(
    repeat: Annotated[int, typer.Option(min=1, help="每段对话重复几遍")] = 5,
) -> None:
    """一轮对话的耗时（中位数、p95、各部分），与原装 Rasa 之比。"""
    from bot.ops.bench import bench_turn

    with progress("测速") as report:
        say(str(bench_turn(load_settings(), repeat=repeat, report=report)))


@bench.command(cls=Command)
def lookup() -> None:
    """查得快不快：一万个产品、一百万位客户（生成的），与同样的 SQL 之比。头一回要一两分钟建库。"""
    from bot.ops.bench_clients import bench_clients
    from bot.ops.bench_lookup import bench_products

    with progress("产品检索") as report:
        products = bench_products(report)
    with progress("客户清单") as report:
        clients = bench_clients(load_settings(), report)
    say(f"{products}\n{clients}")
    raise typer.Exit(0 if products.ok and clients.ok else 1)


@user.command(cls=Command)
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="显示的姓名", show_default="同用户名")] = "",
    role: Annotated[str, typer.Option(help="manager 客户经理｜lead 团队主管｜admin 管理员")] = "manager",
    team: Annotated[str | None, typer.Option(help="团队；没有就新建", show_default=False)] = None,
) -> None:
    """增加用户。密码在终端输入两遍，或从标准输入读一行。"""
    from bot.store.users import create_user

    password = _new_password()
    _in_database(lambda session: create_user(session, username, password, display_name=name, role=role, team=team))
    say(f"已增加用户 {username}")


@user.command(cls=Command)
def disable(username: Username) -> None:
    """停用用户，并结束他的所有登录。"""
    from bot.store.users import disable_user

    _in_database(lambda session: disable_user(session, username))
    say(f"已停用 {username}")


@user.command(cls=Command)
def enable(username: Username) -> None:
    """重新启用停用的用户。"""
    from bot.store.users import enable_user

    _in_database(lambda session: enable_user(session, username))
    say(f"已启用 {username}")


@user.command(cls=Command)
def unlock(username: Username) -> None:
    """解锁因连续输错密码而锁定的用户。"""
    from bot.store.users import unlock_user

    _in_database(lambda session: unlock_user(session, username))
    say(f"已解锁 {username}")


@user.command(cls=Command)
def reset(username: Username) -> None:
    """设新密码，并结束他的所有登录。"""
    from bot.store.users import reset_password

    password = _new_password()
    _in_database(lambda session: reset_password(session, username, password))
    say(f"{username} 的密码已更换，请通知本人")


@user.command(cls=Command)
def qualify(
    username: Username,
    codes: Annotated[
        list[str] | None, typer.Argument(help="资格代码，见 data/knowledge/suitability.yml；不写就是一个都没有")
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="改回没有登记过")] = False,
) -> None:
    """登记经办人的销售资格；没有资格的产品不会推给客户。"""
    from bot.knowledge.library import Library
    from bot.store.users import UserError, set_qualifications

    known = Library.read(load_settings().knowledge_dir).suitability.names
    wrong = [code for code in codes or [] if code not in known]
    if wrong:
        raise UserError(f"没有资格“{wrong[0]}”。可用的是：{'、'.join(f'{c} {n}' for c, n in known.items())}")
    _in_database(lambda session: set_qualifications(session, username, None if unknown else codes or []))
    say(f"{username} 的销售资格：{'没有登记' if unknown else '、'.join(known[c] for c in codes or []) or '无'}")


@user.command(cls=Command)
def unbind(
    username: Username,
    channel: Annotated[
        str, typer.Option(help="wechat 公众号｜wecom 企业微信｜oidc 统一登录；不写就是全部", show_default=False)
    ] = "",
) -> None:
    """解除用户绑定的微信、企业微信账号，立即生效。"""
    from bot.ops.users import unbind as run

    ended = _in_database(lambda session: run(session, username, channel))
    say(f"已解除 {username} 的 {ended} 个绑定" if ended else f"{username} 没有绑定")


@user.command(cls=Command)
def revoke(username: Username) -> None:
    """结束用户的所有登录，立即生效；他可以重新登录。"""
    from bot.store.users import revoke_user

    _in_database(lambda session: revoke_user(session, username))
    say(f"已结束 {username} 的所有登录")


@user.command("list", cls=Command)
def list_() -> None:
    """列出用户。"""
    from bot.ops.users import table

    say(_in_database(table))


@app.command(cls=Command)
def doctor(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """检查安装：哪里不对，怎么修。"""
    from bot.ops import doctor as ops

    results = []
    for result in ops.examine(load_settings()):
        results.append(result)
        if not as_json:
            say(ops.as_text(result))
    say(ops.as_json(results) if as_json else ops.conclusion(results))
    raise typer.Exit(1 if any(r.level == "fail" for r in results) else 0)


@app.command(cls=Command)
def check() -> None:
    """检查数据文件：知识（需求、问题、产品、方案）和训练数据。"""
    from bot.ops.datacheck import check_data

    with progress("检查数据") as report:
        problems = check_data(load_settings(), report)
    for problem in problems:
        complain(str(problem))
    if problems:
        raise OpsError(f"数据文件有 {len(problems)} 处问题", "按上面的文件和行号改正后再运行 wenxu check")
    say("数据文件没有问题")


@practice.command("check", cls=Command)
def practice_check() -> None:
    """检查 data/practice：指出文件和行号。"""
    from bot.ops.practice import check_practice

    problems = check_practice(load_settings())
    for problem in problems:
        complain(problem)
    if problems:
        raise OpsError(f"对练数据有 {len(problems)} 处问题", "写法见 data/practice/README.md，改好再运行一次")
    say("对练数据没有问题")


@practice.command("test", cls=Command)
def practice_test(
    rubric: Annotated[Path | None, typer.Option(help="另一份评分标准，看换成它会变什么", show_default=False)] = None,
) -> None:
    """用优秀、一般、欠缺、胡来的脚本，把每个人物在每个难度上走一遍。"""
    from bot.ops.practice import try_practice

    with progress("试练") as report:
        lines, right = try_practice(load_settings(), rubric, report)
    say("\n".join(lines))
    if not right:
        raise OpsError(
            "有的脚本得分不对：优秀的应当通过，欠缺的应当不通过", "看看上面列出的人物：信任门槛、词语是不是太松或太紧"
        )


@practice.command("export", cls=Command)
def practice_export(file: Annotated[Path, typer.Argument(help="写到哪个 JSONL 文件", show_default=False)]) -> None:
    """导出主管判过的句子（申诉和复核），格式与 tests/nlu/gold/moves.jsonl 相同。"""
    from bot.ops.practice import export_gold

    say(f"写出 {export_gold(load_settings(), file)} 句到 {file}")


@app.command(cls=Command)
def backup(
    file: Annotated[Path, typer.Argument(help="备份文件，例如 wenxu-20261122.tar.gz", show_default=False)],
) -> None:
    """备份数据库和签名密钥；运行中也可以做。模型不在其中，可以重新训练。"""
    from bot.ops.backup import backup as run

    settings = load_settings()
    with progress("备份") as report:
        content = run(settings, file, report)
    say(
        f"已备份到 {file}（{file.stat().st_size / 1e6:.1f} MB）：{'、'.join(content)}。里面有客户数据和密钥，请妥善保管。"
    )


@app.command(cls=Command)
def restore(
    file: Annotated[Path, typer.Argument(help="wenxu backup 做的文件", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="覆盖现有数据")] = False,
) -> None:
    """恢复备份；服务必须先停下。"""
    from bot.ops.backup import restore as run

    settings = load_settings()
    with progress("恢复") as report:
        run(settings, file, force, report)
    say("已恢复。接着运行 wenxu serve，结构版本旧的会自动升级。")


def _migrated() -> Settings:
    """Return the settings, with the database brought up to date."""
    from bot.ops.prepare import migrate

    settings = load_settings()
    migrate(settings)
    return settings


def _in_database(work: Callable[[Session], T]) -> T:
    from bot.ops.prepare import in_database

    return in_database(_migrated(), work)


def _new_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输一遍"))


def main() -> None:
    """Run; leave with status 0 only on success, and without a traceback for what is expected."""
    try:
        status = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        complain("已取消")
        sys.exit(130)
    except UsageError as error:
        complain(f"命令写得不对：{complaint(error)}\n  怎么办：{_help_command(error)}")
        sys.exit(2)
    except Exception as error:
        if not _expected(error):
            raise
        complain(f"错误：{error}")
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _help_command(error: BaseException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'wenxu'} --help 看用法"


def _expected(error: Exception) -> bool:
    """Our own errors are Chinese sentences for people; anything else is a fault of the program."""
    return type(error).__module__.startswith("bot.")


if __name__ == "__main__":
    main()
