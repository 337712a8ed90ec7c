// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Fixture} from "./Fixture.sol";
import {WalletSimulator, WritingWallet} from "./Wallets.sol";

/// @dev A registrar and an anchorer that are contracts sign by ERC-1271.
contract WalletsTest is Fixture {
    bytes private constant APPROVAL = abi.encode(IERC1271.isValidSignature.selector);
    bytes private constant SIGNATURE = "any bytes at all";

    WalletSimulator private _wallet;

    function setUp() public override {
        super.setUp();
        _wallet = new WalletSimulator();
        vm.prank(ADMIN);
        _stewards.addRegistrar(STEWARD, address(_wallet), START, START + 1 days);
        _wallet.expect(_digest(), SIGNATURE, APPROVAL);
    }

    function test_a_wallet_registers_by_its_own_approval() public {
        vm.prank(STRANGER);
        _registerSigned(SIGNATURE);
        vm.assertEq(_resources.registration(DIGEST, STEWARD).registrar, address(_wallet), "registrar");
    }

    function test_a_wallet_is_asked_about_this_intent_and_this_signature() public {
        _checkRefused("other bytes");
        _wallet.expect(keccak256("another digest"), SIGNATURE, APPROVAL);
        _checkRefused(SIGNATURE);
    }

    function testFuzz_only_the_magic_value_approves(bytes32 answer) public {
        vm.assume(answer != bytes32(IERC1271.isValidSignature.selector));
        _wallet.expect(_digest(), SIGNATURE, abi.encode(answer));
        _checkRefused(SIGNATURE);
    }

    function test_an_approval_is_exactly_one_word() public {
        bytes[8] memory answers = [
            bytes(""),
            hex"16",
            new bytes(32),
            new bytes(64 * 1024),
            abi.encodePacked(IERC1271.isValidSignature.selector),
            bytes.concat(APPROVAL, hex"00"),
            bytes.concat(APPROVAL, APPROVAL),
            abi.encode(bytes32(IERC1271.isValidSignature.selector) | bytes32(uint256(1)))
        ];
        for (uint256 i = 0; i < answers.length; ++i) {
            _wallet.expect(_digest(), SIGNATURE, answers[i]);
            _checkRefused(SIGNATURE);
        }
    }

    function test_a_wallet_that_reverts_or_burns_its_gas_has_not_approved() public {
        _wallet.become(WalletSimulator.Mood.REVERTING);
        _checkRefused(SIGNATURE);
        _wallet.become(WalletSimulator.Mood.BURNING);
        _checkRefused(SIGNATURE);
    }

    function test_a_wallet_is_given_two_hundred_thousand_gas() public {
        _wallet.become(WalletSimulator.Mood.COUNTING);
        _registerSigned(SIGNATURE);
    }

    /// @dev What a wallet burns is bounded, and so is what an answer of many words costs to copy.
    function test_a_bad_wallet_costs_its_relayer_little() public {
        IIntentNonces.Authorization memory given = _authorization(SIGNATURE);
        _wallet.become(WalletSimulator.Mood.BURNING);
        // solhint-disable-next-line avoid-low-level-calls
        (bool accepted, ) = address(_resources).call(
            abi.encodeCall(IResourceRegistry.registerBySignature, (_stated(DIGEST), given))
        );
        vm.assertFalse(accepted, "burning");
        vm.assertLe(vm.lastCallGas().gasTotalUsed, 280_000, "burning");
    }

    function test_a_wallet_is_asked_and_changes_nothing() public {
        WritingWallet writing = new WritingWallet();
        vm.prank(ADMIN);
        _stewards.addRegistrar(STEWARD, address(writing), START, START + 1 days);
        IIntentNonces.Authorization memory given = _authorization(SIGNATURE);
        given.signer = address(writing);
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, address(writing)));
        _resources.registerBySignature(_stated(DIGEST), given);
        vm.assertEq(writing.approvals(), 0, "approvals");
    }

    /// @dev They answer without having code.
    function test_the_precompiled_contracts_approve_nothing() public {
        IIntentNonces.Authorization memory given = _authorization(SIGNATURE);
        for (uint160 i = 1; i <= 9; ++i) {
            given.signer = address(i);
            vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, address(i)));
            _resources.registerBySignature(_stated(DIGEST), given);
        }
    }

    /// @dev A wallet is asked about the deadline and the nonce, too: it approved this intent and no other.
    function testFuzz_an_approval_is_for_one_nonce_and_deadline(uint256 nonce, uint64 ahead) public {
        vm.assume(nonce != 0);
        IIntentNonces.Authorization memory given = _authorization(SIGNATURE);
        given.nonce = nonce;
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, address(_wallet)));
        _resources.registerBySignature(_stated(DIGEST), given);
        given.nonce = 0;
        given.deadline += uint64(_bound(ahead, 1, 24 hours));
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, address(_wallet)));
        _resources.registerBySignature(_stated(DIGEST), given);
    }

    function test_the_approval_of_a_wallet_counts_once() public {
        _registerSigned(SIGNATURE);
        vm.expectRevert(abi.encodeWithSelector(IIntentNonces.NonceAlreadyUsed.selector, address(_wallet), 0));
        _registerSigned(SIGNATURE);
    }

    function test_a_wallet_anchors() public {
        vm.prank(ADMIN);
        _anchors.setAnchorer(LEDGER, address(_wallet));
        bytes32 root = keccak256("root");
        _wallet.expect(_typedDigest(_domainOf(_anchors), _anchorHash(LEDGER, 1, root, START)), SIGNATURE, APPROVAL);
        _anchors.anchorBySignature(LEDGER, 1, root, new bytes32[](0), START, SIGNATURE);
        (uint64 size, ) = _anchors.latest(LEDGER);
        vm.assertEq(size, 1, "size");
    }

    function test_an_account_without_code_approves_nothing() public {
        IIntentNonces.Authorization memory given = _authorization(SIGNATURE);
        given.signer = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, STRANGER));
        _resources.registerBySignature(_stated(DIGEST), given);
    }

    function _digest() private view returns (bytes32) {
        bytes memory signer = abi.encode(address(_wallet), uint256(0), START);
        bytes32 structHash = keccak256(bytes.concat(_registerMembers(_stated(DIGEST)), signer));
        return _typedDigest(_domainOf(_resources), structHash);
    }

    function _authorization(bytes memory signature) private view returns (IIntentNonces.Authorization memory) {
        return IIntentNonces.Authorization({signer: address(_wallet), nonce: 0, deadline: START, signature: signature});
    }

    function _registerSigned(bytes memory signature) private {
        _resources.registerBySignature(_stated(DIGEST), _authorization(signature));
    }

    function _checkRefused(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(ISignedIntents.InvalidIntentSignature.selector, address(_wallet)));
        _registerSigned(signature);
    }
}
