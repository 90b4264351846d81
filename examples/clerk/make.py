"""Write the two Excel files of the clerk's page: `python examples/clerk/make.py`.

The village, its people and all figures are made up.
"""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties

HERE = Path(__file__).parent

RULES: list[list[str]] = [
    ["示例村文明积分办法（虚构）"],
    [
        "以户为单位积分；积分周期为一年；每户基础分100分；总分下限：0余额保留；年底清零；自2025年1月1日起施行"
    ],
    ["类别", "积分内容", "分值", "上限", "依据"],
    ["环境卫生", "房前屋后干净整洁", "每次加10分", "每季度限1次", "村民代表会议决议第三条"],
    ["", "积极参加垃圾分类", "每次加3分", "每月最多6分", ""],
    ["", "乱扔垃圾、乱堆杂物", "每次扣5分", "", ""],
    ["文明新风", "喜事新办、丧事简办", "每次加20分", "", ""],
    ["", "获评文明家庭", "村级加5分、镇级加10分、县级加20分", "", ""],
    ["", "大操大办", "每次扣20分", "", ""],
    ["公益事业", "志愿服务", "每小时加2分", "每年最多40分", ""],
    ["", "无偿献血", "每次加10分", "", ""],
    ["", "无故不参加村民会议", "每次扣3分", "每年最多扣9分", ""],
]

ROSTER: list[list[str]] = [
    ["户编号", "户主姓名", "对象类型", "村民小组"],
    *(
        [f"H{number:02}", name, "户", "一组" if number < 7 else "二组"]
        for number, name in enumerate(
            [
                "赵大海",
                "钱小梅",
                "孙志强",
                "李桂花",
                "周建国",
                "吴秀英",
                "郑文斌",
                "王芳",
                "冯立新",
                "陈玉兰",
                "褚德明",
                "卫春燕",
            ],
            1,
        )
    ),
    ["一组", "", "村民小组", ""],
    ["二组", "", "村民小组", ""],
]


def main() -> None:
    """Write the table of rules and the roster."""
    _write("积分表.xlsx", "积分表", RULES, head=3)
    _write("名册.xlsx", "名册", ROSTER, head=1)


def _write(name: str, title: str, rows: list[list[str]], head: int) -> None:
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = title
    line = Side(style="thin")
    for row in rows:
        sheet.append([text or None for text in row])
    width = len(rows[head - 1])
    for cells in sheet.iter_rows(min_row=head, max_col=width):
        for cell in cells:
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for cell in sheet[head]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3D9B8")
    for number in range(1, head):
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
        sheet.cell(number, 1).alignment = Alignment(horizontal="center", wrap_text=True)
    for letter, size in zip("ABCDE", (12, 24, 34, 16, 26)):
        sheet.column_dimensions[letter].width = size
    if head > 1:
        sheet.row_dimensions[2].height = 32
        for first, last in ((4, 6), (7, 9), (10, 12)):
            sheet.merge_cells(start_row=first, end_row=last, start_column=1, end_column=1)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(HERE / name)


if __name__ == "__main__":
    main()
